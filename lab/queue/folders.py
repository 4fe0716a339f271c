"""The folders of the queue, and the lock under which their files are moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from lab.queue.job_names import is_job_name

_LOCK_SECONDS = 60.0  # a process holds the lock for milliseconds
_IGNORED_BY_GIT = "queue.lock\n.leases/\n.*.tmp\n"


class QueueUnusable(InputError):
    """A folder or file of the queue cannot be used."""


class QueueBusy(QueueUnusable):
    """Another process holds the lock of the queue for a long time."""


@dataclass(frozen=True)
class QueueFolders:
    """The paths of a queue."""

    lab: Lab

    @property
    def queue(self) -> Path:
        """Jobs that wait or run."""
        return self.lab.root / "queue"

    @property
    def completed(self) -> Path:
        return self.lab.root / "completed"

    @property
    def failed(self) -> Path:
        return self.lab.root / "failed"

    @property
    def submissions(self) -> Path:
        """A record of each submission: experiment, priority and hash of the text."""
        return self.queue / "submissions"

    @property
    def leases(self) -> Path:
        """A file for each job that was taken by a worker. The worker holds a lock on it while it runs."""
        return self.queue / ".leases"

    @property
    def lock(self) -> Path:
        return self.queue / "queue.lock"

    def all_names(self) -> list[str]:
        """Return the names of all jobs, wherever they are, and of those whose record was left by a crash."""
        folders = (self.queue, self.completed, self.failed)
        names = [name for folder in folders for name in job_names(folder)]
        records = self.submissions.glob("*.json") if self.submissions.is_dir() else ()
        return [*names, *(f"{record.stem}.json" for record in records)]


def job_names(folder: Path) -> list[str]:
    """Return the names of the jobs in a folder, in the order of submission."""
    return sorted(name for name in os.listdir(folder) if is_job_name(name)) if folder.is_dir() else []


@contextmanager
def locked(folders: QueueFolders, timeout: float = _LOCK_SECONDS) -> Iterator[None]:
    """Hold the lock of the queue inside the block. The kernel releases it if this process is killed.

    Raises:
        QueueUnusable: A folder is a link, or this process cannot write to it.
        QueueBusy: Another process holds the lock longer than `timeout` seconds.
    """
    _prepare(folders)
    lock = FileLock(folders.lock, timeout=timeout)
    try:
        lock.acquire()
    except Timeout:
        hint = "it may be stopped; look for a suspended `proband work`"
        raise QueueBusy(f"{folders.lock}: another process holds the lock for {timeout:g} s ({hint})") from None
    except OSError as error:
        raise QueueUnusable(f"{folders.lock}: cannot be locked: {error.strerror} (remove it)") from error
    try:
        yield
    finally:
        lock.release()


def _prepare(folders: QueueFolders) -> None:
    """Create the folders that do not exist, and check that all of them can be written."""
    for folder in (folders.queue, folders.completed, folders.failed, folders.submissions, folders.leases):
        if folder.is_symlink():
            raise QueueUnusable(f"{folder}: is a link; the queue needs a folder of the lab (replace the link)")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise QueueUnusable(f"{folder}: cannot be created: {error.strerror}") from error
        if not os.access(folder, os.W_OK | os.X_OK):
            raise QueueUnusable(f"{folder}: cannot be written (give write access, then run the command again)")
    ignored = folders.queue / ".gitignore"
    if not ignored.exists():
        write_text(ignored, _IGNORED_BY_GIT)
