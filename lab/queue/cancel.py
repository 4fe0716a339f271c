"""Cancel a job that waits or runs, and put a failed job back into the queue."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.queue.claim import Claim
from lab.queue.find_job import find_job
from lab.queue.finish import FailedAttempt, fail_locked
from lab.queue.folders import QueueFolders, QueueUnusable, locked
from lab.queue.jobs import Clock, Job, read_job, utc_now
from lab.queue.leases import acquire_lease, holder, request_cancel


class NotPossible(InputError):
    """A job is not in a state in which the command can be applied."""


@dataclass(frozen=True)
class Cancelled:
    """The cancelled job. If it was running, its worker stops it within seconds."""

    job: Job
    state: Literal["cancelled", "stopping"]
    worker: str | None = None


def cancel(lab: Lab, word: str, by: str, why: str, clock: Clock = utc_now) -> Cancelled:
    """Move a waiting job to `failed/`, or ask the worker of a running job to do so.

    Raises:
        NoSuchJob: The name matches no job, or several.
        NotPossible: The job is finished.
    """
    folders = QueueFolders(lab)
    with locked(folders):
        job = find_job(lab, word)
        if job.path.parent != folders.queue:
            raise NotPossible(f"{job.name}: is in {job.path.parent.name}/, so there is nothing to cancel")
        attempt = cancelled_attempt(job, by, why, clock)
        lease = acquire_lease(folders, job.name)
        if lease is None:
            request_cancel(folders, job.name, {"by": by, "why": why, "at": attempt.at})
            worker = holder(folders, job.name)
            return Cancelled(job, "stopping", f"process {worker.pid} on {worker.host}" if worker else None)
        fail_locked(folders, Claim(job, lease), attempt)
    return Cancelled(read_job(folders, folders.failed / job.name), "cancelled")


def cancelled_attempt(job: Job, by: str, why: str, clock: Clock) -> FailedAttempt:
    message = f"cancelled by {by}" + (f": {why}" if why else "")
    return FailedAttempt("cancelled", message, clock().isoformat(timespec="seconds"), by, job.experiment_id)


def retry(lab: Lab, word: str) -> Job:
    """Move a failed job back into the queue, at its old position. Its errors stay in `failed/`.

    Raises:
        NoSuchJob: The name matches no job, or several.
        NotPossible: The job has not failed.
    """
    folders = QueueFolders(lab)
    with locked(folders):
        job = find_job(lab, word)
        if job.path.parent == folders.completed:
            raise NotPossible(
                f"{job.name}: is completed, and missed deliverables are a result (submit a changed spec instead)"
            )
        if job.path.parent == folders.queue:
            raise NotPossible(f"{job.name}: is in the queue already")
        try:
            os.rename(job.path, folders.queue / job.name)
        except OSError as error:
            raise QueueUnusable(f"{job.path}: cannot be moved: {error.strerror}") from error
    return read_job(folders, folders.queue / job.name)
