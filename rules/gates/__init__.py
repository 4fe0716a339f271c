"""Decide what an experiment required and what held, from its results and reports to the files in `gates/`."""
