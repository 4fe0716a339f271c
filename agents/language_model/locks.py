"""Files that several jobs write: one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from agents.language_model.protocol import ModelUnavailable

_PATIENCE_SECONDS = 30.0


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Raises ModelUnavailable where another process does not let go of it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=_PATIENCE_SECONDS):
            yield
    except Timeout:
        raise ModelUnavailable(f"another process holds {lock}", "locked") from None
