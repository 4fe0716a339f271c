"""Read and check the lease of a folder: `lease.json`, which names the process that writes the folder.

A lock file can be deleted by hand, so the folder that is being written contains a lease as well.
"""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from compiler.base.json_files import parse_json

LEASE = "lease.json"
HEARTBEAT_SECONDS = 10.0  # the holder of a lease renews the modification time of the file at this interval
# A process of another machine counts as running until its last heartbeat is this old.
_RECENT_SECONDS = 6 * HEARTBEAT_SECONDS


@dataclass(frozen=True)
class Lease:
    """A process that writes a folder. Its start time distinguishes it from a later process with the same id."""

    host: str
    pid: int
    process_started: float  # seconds since 1970

    @classmethod
    def of_this_process(cls) -> Lease:
        return cls(platform.node(), os.getpid(), psutil.Process().create_time())

    @property
    def is_local(self) -> bool:
        """Whether the process belongs to this machine."""
        return self.host == platform.node()

    @property
    def is_running(self) -> bool:
        """Whether the process is running on this machine. Always False for other machines."""
        if not self.is_local:
            return False
        try:
            process = psutil.Process(self.pid)
            return bool(process.create_time() == self.process_started and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


def read_lease(folder: Path) -> Lease | None:
    """Return the lease in a folder, None if it is missing or damaged."""
    try:
        content = parse_json((folder / LEASE).read_text(encoding="utf-8"))
        return Lease(content["host"], content["pid"], content["process_started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def last_heartbeat(folder: Path) -> int | None:
    """Return the time of the last heartbeat in nanoseconds, by the clock of the writer. None if there is no lease."""
    try:
        return (folder / LEASE).stat().st_mtime_ns
    except FileNotFoundError:
        return None


def find_writer(folder: Path) -> Lease | None:
    """Return the process that is writing a folder, as shown to users. None if there is none.

    A process of another machine counts as running if its last heartbeat is at most a minute old. This compares the
    clocks of two machines, so it must not decide who may write.
    """
    lease = read_lease(folder)
    if lease is None or lease.is_local:
        return lease if lease is not None and lease.is_running else None
    heartbeat = last_heartbeat(folder)
    if heartbeat is None:
        return None
    return lease if abs(time.time() - heartbeat / 1e9) < _RECENT_SECONDS else None
