"""Read files that any program may have placed in a lab. A link, a pipe or a large file counts for nothing."""
