"""Code that several analysts share: the runs of each arm, derived facts, and the parts of an analysis."""
