"""What several analysts use: runs by arm, derived facts, and a part of an analysis."""
