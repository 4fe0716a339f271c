"""Hold the lock that shows whether other builds of the lab are running.

Snakemake's own lock is disabled, because it refuses a second build, and because it stays after a crash. Locks that an
earlier version left are removed.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from compiler.base.paths import Lab


class DriverLock(NamedTuple):
    """A held driver lock.

    `descriptor` is the open file, which no job inherits. `is_alone` is true if no other build was running.
    """

    descriptor: int
    is_alone: bool


def hold_driver_lock(lab: Lab, snakemake_locks: Path = Path(".snakemake/locks")) -> DriverLock:
    """Hold the lab's driver lock until this process ends, and remove Snakemake locks that no running build can hold.

    Every build holds the file with a shared lock, which the kernel releases however the process ends. A process that
    gets the exclusive lock is therefore the only one, and all Snakemake locks are stale.
    """
    lab.state.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lab.state / "driver.lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_alone = True
    except BlockingIOError:
        is_alone = False
    if is_alone:
        for stale in (lab.root / snakemake_locks).glob("*.lock"):
            stale.unlink(missing_ok=True)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return DriverLock(descriptor, is_alone)
