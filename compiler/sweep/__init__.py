"""Expand sweeps and searches: override strings go in, points or search spaces come out."""
