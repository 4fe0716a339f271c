"""Decide whether the experiments of a build may run, before its first job."""
