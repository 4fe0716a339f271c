"""Decide from its results and reports whether each stage of an experiment passes, and write the files in `gates/`."""
