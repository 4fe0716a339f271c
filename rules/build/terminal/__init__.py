"""Print what happens in a build: one line for each event, and on a terminal a line for each running job."""
