"""Heals Snakemake's lock after a crash. Snakemake's own lock files do not say whose they are."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import NamedTuple

from compiler.base.paths import Lab


class DriverLock(NamedTuple):
    """`descriptor` is the open file, not inherited by any job. `is_alone`: no other driver lived when it was got."""

    descriptor: int
    is_alone: bool


def held_driver_lock(lab: Lab, snakemake_locks: Path = Path(".snakemake/locks")) -> DriverLock:
    """Marks this process as a driver of the lab while it lives, and removes locks that no living driver can hold.

    Every driver holds the file shared; the kernel lets go of it however the driver ends. Who gets it exclusively is
    alone, so whatever Snakemake locked is stale. With a second driver alive nothing is touched: Snakemake then refuses
    builds that would write the same files.
    """
    lab.state.mkdir(parents=True, exist_ok=True)
    held = os.open(lab.state / "driver.lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_alone = True
    except BlockingIOError:
        is_alone = False
    if is_alone:
        for stale in (lab.root / snakemake_locks).glob("*.lock"):
            stale.unlink(missing_ok=True)
    fcntl.flock(held, fcntl.LOCK_SH)
    return DriverLock(held, is_alone)
