"""Compute the files of a package from the files of an experiment. The same files give the same bytes."""
