"""Analysts, one entry file each: a function from the case of an experiment to an analysis."""
