"""Delete what a lab does not need: the lab and its plan go in, files that nothing names are listed or deleted.

A run that is named by a registration, a look, results, a report, a config, an archive pointer or a reproduction is
evidence and is kept. A small record of each deleted run stays, so that a later registration knows that its results
could have been seen.
"""
