"""Classify an exception raised in a training: a result of the experiment, a fault of the machine, or an interrupt."""
