"""`make bench`: what compiling and planning cost, as ratios against a peer measured in the same run."""
