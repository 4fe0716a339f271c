"""Process the jobs of the queue: a claimed job goes in; it comes out completed with its results, or failed with errors.

An experiment that misses its deliverables is a completed job. A job fails if its spec does not compile, or if a step
of the build or the machine fails.
"""
