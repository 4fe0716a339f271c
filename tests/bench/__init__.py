"""Measure what a build costs, compared with other tools on the same machine in the same run."""
