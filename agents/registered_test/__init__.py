"""The registered test of an experiment: the runs of each arm go in, a verdict and its sentences come out."""
