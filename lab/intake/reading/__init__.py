"""Read a submitted file into plain values with the line and column of every key."""
