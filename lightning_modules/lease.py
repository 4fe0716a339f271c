"""A folder that one process writes in at a time, and that is gone when it did not finish."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import psutil

from compiler.lease import LEASE, Lease, read_lease
from lightning_modules.failures import TransientFailure
from lightning_modules.json_file import write_json


@contextmanager
def leased_folder(folder: Path, run_id: str, attempt: int, now: datetime) -> Iterator[Path]:
    """An empty folder with a lease in it. What lies there at the end is removed; a finished run has been renamed.

    Raises:
        TransientFailure: a live process is writing there.
    """
    holder = read_lease(folder)
    if holder and holder.is_live:
        raise TransientFailure(run_id, attempt, "busy", f"process {holder.pid} is writing {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        own = Lease(platform.node(), os.getpid(), psutil.Process().create_time())
        write_json(folder / LEASE, {**asdict(own), "started_at": now.isoformat()})
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
