"""Read the tracking of a config, and the record of what a run logged to its tracker."""
