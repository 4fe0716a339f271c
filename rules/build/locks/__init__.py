"""Decide which builds may run at the same time, and whether a build may write to the lab."""
