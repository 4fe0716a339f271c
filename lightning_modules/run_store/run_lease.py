"""A folder that one process writes in at a time, and that is gone when it did not finish."""

from __future__ import annotations

import os
import platform
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import psutil

from compiler.base.json_files import write_json
from compiler.base.lease import HEARTBEAT_SECONDS, LEASE, Lease, read_lease
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.recording.json_document import json_document

_PATIENCE = 3 * HEARTBEAT_SECONDS  # a live writer has shown itself by then


@contextmanager
def leased_folder(folder: Path, now: datetime) -> Iterator[Path]:
    """An empty folder with a lease in it, whose time is renewed. What lies there at the end is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    own = Lease(platform.node(), os.getpid(), psutil.Process().create_time())
    over = threading.Event()
    try:
        write_json(folder / LEASE, json_document({**asdict(own), "started_at": now.isoformat()}))
        threading.Thread(target=_beat, args=(folder / LEASE, over), daemon=True).start()
        yield folder
    finally:
        over.set()
        if read_lease(folder) in (own, None):
            shutil.rmtree(folder, ignore_errors=True)


def still_held(folder: Path, run_id: str, attempt: int) -> None:
    """Raises TransientFailure: another process has taken the folder, because this one seemed dead."""
    holder = read_lease(folder)
    if holder is None or (holder.host, holder.pid) != (platform.node(), os.getpid()):
        raise TransientFailure(run_id, attempt, "busy", f"another process has taken over {folder}")


def wait_for_writer(folder: Path, tell: Callable[[str], None], patience: float = _PATIENCE) -> None:
    """Returns when no live process writes the folder: an orphan's last run is taken, not doubled."""
    told = False
    while (holder := read_lease(folder)) is not None and _is_writing(holder, folder, patience):
        if not told:
            tell(f"waits for process {holder.pid} on {holder.host}, which trains this run")
            told = True
        time.sleep(min(0.2, patience))


def _is_writing(holder: Lease, folder: Path, patience: float) -> bool:
    """A process of this machine is asked for; of another one only its heartbeat can be seen.

    The beat is compared with itself, not with a clock: clocks of machines differ, and jump.
    """
    if holder.host == platform.node():
        return holder.is_live
    before, deadline = _beat_of(folder), time.monotonic() + patience
    while time.monotonic() < deadline:
        if _beat_of(folder) != before:
            return True
        time.sleep(patience / 30)
    return False


def _beat_of(folder: Path) -> int:
    try:
        return (folder / LEASE).stat().st_mtime_ns
    except FileNotFoundError:
        return -1


def _beat(lease: Path, over: threading.Event) -> None:
    while not over.wait(HEARTBEAT_SECONDS):
        try:
            os.utime(lease)
        except FileNotFoundError:
            return  # finished, or taken over
