"""Take the next job of the queue. Every job is run by one worker at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from compiler.base.paths import Lab
from lab.queue.folders import QueueFolders, job_names, locked
from lab.queue.jobs import Job, queued_jobs
from lab.queue.leases import JobLease, acquire_lease


@dataclass(frozen=True)
class Claim:
    """A job that this process runs."""

    job: Job
    lease: JobLease


@contextmanager
def next_claim(lab: Lab, excluded: Collection[str] = ()) -> Iterator[Claim | None]:
    """Yield the first job that no other worker runs; None if there is none. The lease ends with the block.

    A job with the name of a finished job is not run again. Such a copy results from restoring files by hand.

    Args:
        excluded: names of jobs that are left to other workers.
    """
    claim = _claim(lab, excluded)
    try:
        yield claim
    finally:
        if claim is not None:
            claim.lease.release()


def finished_names(folders: QueueFolders) -> set[str]:
    return {*job_names(folders.completed), *job_names(folders.failed)}


def _claim(lab: Lab, excluded: Collection[str]) -> Claim | None:
    folders = QueueFolders(lab)
    with locked(folders):
        skipped = {*excluded, *finished_names(folders)}
        for job in queued_jobs(lab):
            if job.name not in skipped and (lease := acquire_lease(folders, job.name)) is not None:
                return Claim(job, lease)
    return None
