"""Being stopped, by a person or by a scheduler, is no result."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def interrupts_on_sigterm() -> Iterator[None]:
    """Lets SIGTERM unwind the stack like Ctrl-C; not outside the main thread, where Python forbids it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


def is_interrupt(raised: BaseException) -> bool:
    """Lightning turns an interrupt into `sys.exit(1)` when it has shut down."""
    return isinstance(raised, SystemExit) and isinstance(raised.__context__, KeyboardInterrupt)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt("SIGTERM")
