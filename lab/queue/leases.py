"""Leases of jobs: an open file on which a worker holds a lock of the kernel as long as its process lives."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.json_files import readable_object, write_json
from compiler.base.lease import LEASE, Lease, find_writer
from lab.queue.folders import QueueFolders
from lab.queue.job_names import stem

_LOCK, _CANCEL = "lock", "cancel.json"


class JobLease:
    """The lease of a job. The kernel ends it with the process, also after SIGKILL."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self._folder, self._descriptor = folder, descriptor

    def beat(self) -> None:
        """Renew the heartbeat, which shows other machines that the worker is running."""
        os.utime(self._folder / LEASE)

    @property
    def cancel_request(self) -> Mapping[str, Any] | None:
        """Who asked to cancel the job, and why. None if nobody did."""
        return readable_object(self._folder / _CANCEL)

    def remove(self) -> None:
        """End the lease and delete its files. The caller holds the lock of the queue."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self.release()

    def release(self) -> None:
        """End the lease, so that another worker can take the job."""
        if self._descriptor >= 0:
            (self._folder / LEASE).unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def acquire_lease(folders: QueueFolders, job: str) -> JobLease | None:
    """Return the lease of a job. None if a living process holds it. The caller holds the lock of the queue."""
    folder = _folder(folders, job)
    folder.mkdir(exist_ok=True)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lease = Lease.of_this_process()
        write_json(folder / LEASE, {"host": lease.host, "pid": lease.pid, "process_started": lease.process_started})
    except BaseException as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            return None
        raise
    return JobLease(folder, descriptor)


def holder(folders: QueueFolders, job: str) -> Lease | None:
    """Return the worker that runs a job, as shown to people. Only the lock decides who may run it."""
    return find_writer(_folder(folders, job))


def request_cancel(folders: QueueFolders, job: str, request: Mapping[str, Any]) -> None:
    """Ask the worker of a job to stop. The caller holds the lock of the queue."""
    write_json(_folder(folders, job) / _CANCEL, dict(request))


def is_cancel_requested(folders: QueueFolders, job: str) -> bool:
    return (_folder(folders, job) / _CANCEL).exists()


def _folder(folders: QueueFolders, job: str) -> Path:
    return folders.leases / stem(job)
