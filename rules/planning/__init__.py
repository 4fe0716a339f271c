"""Plan an experiment of a lab: take the standard deviation from its spec or finished runs, and simulate its test."""
