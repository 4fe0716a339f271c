"""Evaluate the registered test of an experiment: the runs that it rests on, its result, and its look at the runs."""
