"""A server process that imports the libraries of the jobs once and forks one child for each job."""
