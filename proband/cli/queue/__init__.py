"""The commands of the job queue: arguments go in; jobs are listed, run, cancelled or put back."""
