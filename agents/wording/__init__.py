"""A language model words what code has written; whatever it says is reviewed, and code's own text stands otherwise."""
