"""Plan an experiment: simulate its registered test to find its power and the number of seeds that it needs."""
