"""Lock files that several jobs write to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from agents.language_model.protocol import ModelUnavailable

_TIMEOUT_SECONDS = 30.0


@contextmanager
def locked(lock: Path) -> Iterator[None]:
    """Hold the lock file. Raises ModelUnavailable if another process does not release it in time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=_TIMEOUT_SECONDS):
            yield
    except Timeout:
        raise ModelUnavailable(f"another process holds the lock {lock} (is a job still running?)", "locked") from None
