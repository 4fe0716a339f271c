"""Train the runs of a group as one ensemble, prove it by training one of them alone, and store each run as ever.

In: the runs that a build will train, and the locks of the runs. Out: complete runs in the run store. Runs that are not
stored here are trained alone by their own jobs.
"""
