"""Compare a tracked run with the files of the run. Input: what a log or a server contains. Output: the differences."""
