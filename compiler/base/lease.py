"""Read which process writes to a run folder.

The lease is stored in the folder itself, because a lock file elsewhere may be deleted by hand.
"""

from __future__ import annotations

import json
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

LEASE = "lease.json"
HEARTBEAT_SECONDS = 10.0  # interval at which a live writer updates the modification time of its lease
_RECENT_SECONDS = 6 * HEARTBEAT_SECONDS


@dataclass(frozen=True)
class Lease:
    """A process that writes to a folder. Its start time distinguishes it from a later process with the same id."""

    host: str
    pid: int
    process_started: float  # seconds since 1970

    @property
    def is_live(self) -> bool:
        """Whether the process is running on this machine. False for processes of other machines."""
        if self.host != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            return bool(process.create_time() == self.process_started and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


def find_writer(folder: Path) -> Lease | None:
    """Return the process that probably writes to a folder, for display. On another machine: by a recent heartbeat."""
    lease = read_lease(folder)
    if lease is None or lease.host == platform.node():
        return lease if lease is not None and lease.is_live else None
    try:
        age = time.time() - (folder / LEASE).stat().st_mtime
    except FileNotFoundError:
        return None
    return lease if abs(age) < _RECENT_SECONDS else None


def read_lease(folder: Path) -> Lease | None:
    """Return the lease of a folder, or None if there is none or it cannot be read."""
    try:
        content = json.loads((folder / LEASE).read_text(encoding="utf-8"))
        return Lease(content["host"], content["pid"], content["process_started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
