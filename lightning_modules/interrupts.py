"""Being stopped, by a person or by a scheduler, is no result."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interrupts_on_sigterm() -> Iterator[None]:
    """Lets the first SIGTERM unwind the stack like Ctrl-C; not outside the main thread, where Python forbids it.

    A second signal must not cut the unwinding short: a driver and a terminal both pass a Ctrl-C on.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _interrupt) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def is_interrupt(raised: BaseException) -> bool:
    """Lightning turns an interrupt into `sys.exit(1)` when it has shut down."""
    return isinstance(raised, SystemExit) and isinstance(raised.__context__, KeyboardInterrupt)


def _interrupt(number: int, _: object) -> None:
    for one in _STOPPING:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)
