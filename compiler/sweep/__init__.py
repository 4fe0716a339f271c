"""Expand the sweep of a spec into points, and compile its search."""
