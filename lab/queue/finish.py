"""Move a job out of the queue. What belongs to the job is written first, so that a killed worker loses nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from compiler.base.json_files import readable_object, write_bytes, write_json
from compiler.base.paths import Lab
from lab.queue.claim import Claim
from lab.queue.folders import QueueFolders, locked
from lab.queue.job_names import stem

FailureKind = Literal["job", "spec", "not_approved", "build", "machine", "cancelled"]


@dataclass(frozen=True)
class FailedAttempt:
    """Why a job could not be built.

    `job` means that the file contains no spec, `spec` that the spec does not compile, `build` that a step of the build
    failed, and `machine` that trainings failed because of the machine.
    """

    kind: FailureKind
    message: str
    at: str
    by: str  # the worker, or the person who cancelled the job
    experiment_id: str | None = None
    diagnostics: tuple[str, ...] = ()
    log: str | None = None
    log_tail: tuple[str, ...] = ()


def payload_file(folders: QueueFolders, job: str) -> Path:
    return folders.completed / f"{stem(job)}.payload.json"


def error_file(folders: QueueFolders, job: str) -> Path:
    return folders.failed / f"{stem(job)}.error.json"


def complete(lab: Lab, claim: Claim, payload: bytes) -> None:
    """Move a job to `completed/`, with the results of its experiment beside it."""
    folders = QueueFolders(lab)
    with locked(folders):
        write_bytes(payload_file(folders, claim.job.name), payload)
        _move(folders.queue / claim.job.name, folders.completed / claim.job.name)
        claim.lease.remove()


def fail(lab: Lab, claim: Claim, attempt: FailedAttempt) -> None:
    """Move a job to `failed/`, with the error beside it."""
    folders = QueueFolders(lab)
    with locked(folders):
        fail_locked(folders, claim, attempt)


def fail_locked(folders: QueueFolders, claim: Claim, attempt: FailedAttempt) -> None:
    """Do the work of `fail`. The caller holds the lock of the queue."""
    file = error_file(folders, claim.job.name)
    write_json(file, {"schema_version": 1, "attempts": [*read_attempts(file), asdict(attempt)]})
    _move(folders.queue / claim.job.name, folders.failed / claim.job.name)
    claim.lease.remove()


def read_attempts(file: Path) -> Sequence[Mapping[str, Any]]:
    """Return the failed attempts in an error file, the oldest first. A damaged file has none."""
    attempts = (readable_object(file) or {}).get("attempts")
    return [attempt for attempt in attempts if isinstance(attempt, dict)] if isinstance(attempts, list) else []


def _move(source: Path, target: Path) -> None:
    """Rename a job durably. A job that was deleted by hand meanwhile stays deleted."""
    try:
        os.rename(source, target)
    except FileNotFoundError:
        return
    for folder in (target.parent, source.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
