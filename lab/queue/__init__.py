"""The job queue of a lab: submitted specs go in, and each is built by one worker and moved with its results.

`queue/` contains jobs that wait or run, `completed/` jobs whose experiment was built, and `failed/` jobs that could
not be built. All changes of these folders are made under `queue/queue.lock`.
"""
