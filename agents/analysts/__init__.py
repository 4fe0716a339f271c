"""Analysts: one file each, a function from a case to an analysis."""
