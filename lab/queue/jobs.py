"""Add jobs to the queue, and list those that wait or run in the order in which workers take them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.paths import Lab
from lab.queue.folders import QueueFolders, QueueUnusable, job_names, locked
from lab.queue.job_names import next_name
from lab.queue.priority import Priority, rank
from lab.queue.submission import Submission, read_submission, text_hash, write_submission

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Job:
    """A submitted spec in `queue/`, `completed/` or `failed/`. `path` contains the text as it was submitted."""

    name: str
    path: Path
    experiment_id: str | None
    priority: Priority
    submitted_at: str | None


def utc_now() -> datetime:
    return datetime.now(UTC)


def enqueue(
    lab: Lab, text: str | bytes, suffix: str, priority: Priority, experiment_id: str, clock: Clock = utc_now
) -> Job:
    """Add a job after all earlier ones of its priority. The file contains the text byte for byte.

    Args:
        suffix: `.yaml` or `.json`.

    Raises:
        QueueUnusable: A folder of the queue cannot be written, or no name is left. Nothing was queued.
    """
    folders = QueueFolders(lab)
    content = text if isinstance(text, bytes) else text.encode("utf-8")
    with locked(folders):
        now = clock()
        try:
            name = next_name(folders.all_names(), now, suffix)
        except ValueError as error:
            raise QueueUnusable(f"{folders.queue}: {error}. Nothing was queued") from error
        submission = Submission(experiment_id, priority, now.isoformat(timespec="microseconds"), text_hash(content))
        try:
            write_submission(folders, name, submission)
            _write_job(folders.queue / name, content)
        except OSError as error:
            raise QueueUnusable(f"{folders.queue}: cannot be written: {error.strerror}. Nothing was queued") from error
    return Job(name, folders.queue / name, experiment_id, priority, submission.submitted_at)


def queued_jobs(lab: Lab) -> tuple[Job, ...]:
    """Return the jobs that wait or run, in the order in which workers take them: by priority, then by submission."""
    folders = QueueFolders(lab)
    jobs = [read_job(folders, folders.queue / name) for name in job_names(folders.queue)]
    return tuple(sorted(jobs, key=lambda job: (rank(job.priority), job.name)))


def read_job(folders: QueueFolders, path: Path) -> Job:
    """Return the job in a file, with its experiment and priority as recorded at its submission."""
    record = read_submission(folders, path.name)
    return Job(path.name, path, record.experiment_id, record.priority, record.submitted_at)


def is_regular(path: Path) -> bool:
    """Return whether a path is a file, not a link, folder, pipe or device."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _write_job(path: Path, content: bytes) -> None:
    """Write a file durably. It exists completely or not at all."""
    temporary = path.with_name(f".{path.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
