"""Compute a metric by group of the test items, from the results of the items that the runs recorded."""
