"""Who is writing a run. Locks can be deleted by hand; the lease lies where the writing happens."""

from __future__ import annotations

import json
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

LEASE = "lease.json"
HEARTBEAT_SECONDS = 10.0  # a live writer renews the time of its lease this often
_RECENT_SECONDS = 6 * HEARTBEAT_SECONDS


@dataclass(frozen=True)
class Lease:
    """One process on one machine. The time it started tells it from a later process of the same number."""

    host: str
    pid: int
    process_started: float  # seconds since 1970

    @property
    def is_live(self) -> bool:
        """Whether that process runs here. Of another machine nothing is known, and the lock must do."""
        if self.host != platform.node():
            return False
        try:
            process = psutil.Process(self.pid)
            return bool(process.create_time() == self.process_started and process.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


def find_writer(folder: Path) -> Lease | None:
    """Who seems to be writing a folder, for people to read. On another machine, by a heartbeat of the last minute."""
    lease = read_lease(folder)
    if lease is None or lease.host == platform.node():
        return lease if lease is not None and lease.is_live else None
    try:
        age = time.time() - (folder / LEASE).stat().st_mtime
    except FileNotFoundError:
        return None
    return lease if abs(age) < _RECENT_SECONDS else None


def read_lease(folder: Path) -> Lease | None:
    """The lease on a folder, or None where there is none that can be read."""
    try:
        content = json.loads((folder / LEASE).read_text(encoding="utf-8"))
        return Lease(content["host"], content["pid"], content["process_started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
