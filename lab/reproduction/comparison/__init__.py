"""Compare the outputs of a finished run with those of a training that repeats it."""
