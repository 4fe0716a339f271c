"""What several analysts use: the runs of each arm, derived facts, and the parts of an analysis."""
