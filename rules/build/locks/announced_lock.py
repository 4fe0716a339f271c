"""Hold a lock that another process may have for a long time, and report that this one waits."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def announced_lock(file: Path, reason: str) -> Iterator[None]:
    """Hold the lock inside the block. If another process has it, print the reason to standard error and wait.

    Args:
        file: the lock file. Its folder is created.
        reason: what the other process does.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"{reason}; waiting for it to finish", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
