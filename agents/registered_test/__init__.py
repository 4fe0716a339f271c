"""Carry out the registered test: the values of each arm go in, a comparison with its verdict comes out."""
