"""List the queue for people and programs: jobs in their order, who runs them, and files that are no jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from compiler.base.paths import Lab
from lab.queue.claim import finished_names
from lab.queue.finish import error_file, read_attempts
from lab.queue.folders import QueueFolders, job_names
from lab.queue.job_names import is_job_name
from lab.queue.jobs import Job, is_regular, queued_jobs, read_job
from lab.queue.leases import holder, is_cancel_requested

_OWN_NAMES = frozenset({"queue.lock", ".leases", "submissions", ".gitignore", "hold.yaml", "holds.jsonl", ".gitkeep"})


@dataclass(frozen=True)
class ListedJob:
    """A job, its state and the worker that runs it. `problem` is why it failed, or why no worker takes it."""

    job: Job
    state: Literal["waiting", "running", "stopping", "completed", "failed"]
    worker: str | None = None
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "job": self.job.name,
            "experiment_id": self.job.experiment_id,
            "priority": self.job.priority,
            "submitted_at": self.job.submitted_at,
            "state": self.state,
            "worker": self.worker,
            "problem": self.problem,
        }


@dataclass(frozen=True)
class Listing:
    """All jobs of a lab, first those of the queue in the order of their start. `ignored` are other files in it."""

    jobs: tuple[ListedJob, ...]
    ignored: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": 1, "jobs": [job.to_json() for job in self.jobs], "ignored": list(self.ignored)}


def list_queue(lab: Lab) -> Listing:
    """Return the jobs of a lab. Nothing is locked or written, so this also works in a lab that can only be read."""
    folders = QueueFolders(lab)
    finished = [*_finished(folders, "completed"), *_finished(folders, "failed")]
    jobs = [_queued(folders, job, finished_names(folders)) for job in queued_jobs(lab)]
    return Listing((*jobs, *finished), tuple(_ignored(folders)))


def _queued(folders: QueueFolders, job: Job, finished: set[str]) -> ListedJob:
    if job.name in finished:
        return ListedJob(job, "waiting", problem="a finished job has the same name, so no worker takes it (delete it)")
    worker = holder(folders, job.name)
    if worker is None:
        problem = None if is_regular(job.path) else "is no regular file"
        return ListedJob(job, "waiting", problem=problem)
    state: Literal["stopping", "running"] = "stopping" if is_cancel_requested(folders, job.name) else "running"
    return ListedJob(job, state, f"process {worker.pid} on {worker.host}")


def _finished(folders: QueueFolders, state: Literal["completed", "failed"]) -> Iterator[ListedJob]:
    folder = folders.completed if state == "completed" else folders.failed
    for name in job_names(folder):
        attempts = read_attempts(error_file(folders, name)) if state == "failed" else ()
        problem = str(attempts[-1].get("message")) if attempts else None
        yield ListedJob(read_job(folders, folder / name), state, problem=problem)


def _ignored(folders: QueueFolders) -> Iterator[str]:
    if folders.queue.is_dir():
        for path in sorted(folders.queue.iterdir()):
            is_temporary = path.name.startswith(".job_") and path.name.endswith(".tmp")
            if path.name not in _OWN_NAMES and not is_job_name(path.name) and not is_temporary:
                yield path.name
