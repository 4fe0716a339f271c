"""A server process that imports the libraries of a job once and forks one child for each job."""
