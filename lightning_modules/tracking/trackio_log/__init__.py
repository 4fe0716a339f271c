"""Log a run to a database of trackio in the folder of the run, and read that database."""
