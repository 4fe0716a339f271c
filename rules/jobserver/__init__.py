"""A process that has imported what jobs need, and forks one child for each: a job costs what it computes."""
