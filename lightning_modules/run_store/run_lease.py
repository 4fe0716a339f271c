"""Lease the partial folder of a run to one process at a time, and wait for a process that writes to it."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from compiler.base.json_files import write_json
from compiler.base.lease import HEARTBEAT_SECONDS, LEASE, Lease, last_heartbeat, read_lease
from lightning_modules.failures.classify import TransientFailure
from lightning_modules.recording.json_document import json_document

_HEARTBEAT_TIMEOUT = 3 * HEARTBEAT_SECONDS  # seconds without a heartbeat after which a remote process counts as dead


@contextmanager
def leased_folder(folder: Path, now: datetime) -> Iterator[Path]:
    """Yield the folder, empty except for a lease that is renewed by a thread. Delete the folder at the end.

    If another process has acquired the folder in the meantime, it is not deleted.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lease = Lease.of_this_process()
    finished = threading.Event()
    try:
        write_json(folder / LEASE, json_document({**asdict(lease), "started_at": now.isoformat()}))
        threading.Thread(target=_send_heartbeats, args=(folder / LEASE, finished), daemon=True).start()
        yield folder
    finally:
        finished.set()
        if read_lease(folder) in (lease, None):
            shutil.rmtree(folder, ignore_errors=True)


def check_lease_held(folder: Path, run_id: str, attempt: int) -> None:
    """Check that this process still holds the lease.

    Raises:
        TransientFailure: Another process has acquired the folder, because it considered this process dead.
    """
    holder, this_process = read_lease(folder), Lease.of_this_process()
    if holder is None or (holder.host, holder.pid) != (this_process.host, this_process.pid):
        raise TransientFailure(run_id, attempt, "busy", f"another process has acquired the lease of {folder}")


def wait_for_writer(folder: Path, report: Callable[[str], None], timeout: float = _HEARTBEAT_TIMEOUT) -> None:
    """Wait until no running process writes the partial folder of a run.

    If a process outlived its build, its finished run is reused and not trained again.
    """
    reported = False
    while (holder := read_lease(folder)) is not None and _is_running(holder, folder, timeout):
        if not reported:
            report(
                f"run {folder.name} is being trained by process {holder.pid} on {holder.host}; waiting for it to finish"
            )
            reported = True
        time.sleep(min(0.2, timeout))


def has_writer(folder: Path) -> bool:
    """Return whether another process may write the folder. A process of another machine counts as running."""
    holder = read_lease(folder)
    return holder is not None and (not holder.is_local or holder.is_running)


def _is_running(holder: Lease, folder: Path, timeout: float) -> bool:
    """Check whether the holder is running: by process id on this machine, by its heartbeat on another machine.

    The heartbeat is compared with an earlier one and not with the time, because clocks differ and jump.
    """
    if holder.is_local:
        return holder.is_running
    first_heartbeat, deadline = last_heartbeat(folder), time.monotonic() + timeout
    while time.monotonic() < deadline:
        if last_heartbeat(folder) != first_heartbeat:
            return True
        time.sleep(timeout / 30)
    return False


def _send_heartbeats(lease: Path, finished: threading.Event) -> None:
    while not finished.wait(HEARTBEAT_SECONDS):
        try:
            os.utime(lease)
        except FileNotFoundError:
            return  # the run is finished, or another process has acquired the folder
