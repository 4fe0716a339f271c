"""Analysts, one entry file each: functions from the case of an experiment to an analysis."""
