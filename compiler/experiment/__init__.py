"""Compile one spec file into an experiment with its points and runs."""
