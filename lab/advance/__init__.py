"""Turns of the research loop: admitted experiments are built, and new proposals are decided on by the lab's level."""
