"""Read and validate the tracking of a config, and read the record of what a run logged to its tracker."""
