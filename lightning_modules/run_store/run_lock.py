"""Let only one process at a time train or record a run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from compiler.base.lease import LEASE
from compiler.base.paths import Lab
from lightning_modules.run_store.atomic_move import move_into_store
from lightning_modules.run_store.run_lease import has_writer, wait_for_writer


@contextmanager
def exclusive_run(lab: Lab, run_id: str) -> Iterator[None]:
    """Wait for other processes that train the run, and hold its lock inside the block.

    The lock file can be deleted by hand at any time, so the lease of the partial folder is checked as well.
    """
    lock = FileLock(lab.run_lock(run_id))
    lab.run_lock(run_id).parent.mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _report(f"run {run_id} is being trained by another process; waiting for it to finish")
        lock.acquire()
    try:
        wait_for_writer(lab.partial_run(run_id), _report)
        _complete_interrupted_move(lab, run_id)
        yield
    finally:
        lock.release()


@contextmanager
def run_if_free(lab: Lab, run_id: str) -> Iterator[bool]:
    """Yield whether no other process trains the run, and then hold its lock inside the block. This never waits."""
    with lock_without_waiting(lab, run_id) as is_locked:
        is_free = is_locked and not has_writer(lab.partial_run(run_id))
        if is_free:
            _complete_interrupted_move(lab, run_id)
        yield is_free


@contextmanager
def lock_without_waiting(lab: Lab, run_id: str) -> Iterator[bool]:
    """Yield whether no other process holds the lock of the run, and then hold it inside the block.

    Whether the run has a writer in spite of that, because the lock file was deleted, is left to the caller.
    """
    lock = FileLock(lab.run_lock(run_id))
    lab.run_lock(run_id).parent.mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _complete_interrupted_move(lab: Lab, run_id: str) -> None:
    """Move a complete run out of `.partial/` if its process was killed after writing it and before renaming it."""
    folder = lab.partial_run(run_id)
    if (folder / lab.status(run_id).name).is_file() and not (folder / LEASE).exists():
        move_into_store(folder, lab.run(run_id))


def _report(message: str) -> None:
    print(message, file=sys.stderr, flush=True)
