"""Being stopped, by a person or by a scheduler, is no result."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Stop:
    """`number` is the signal that told this process to end, 0 before there was one."""

    number: int = 0

    def interrupt(self, number: int, _: object) -> None:
        """Once: a second signal must not cut the unwinding short, and a driver and a terminal both pass a Ctrl-C on."""
        if not self.number:
            self.number = number
            raise KeyboardInterrupt(signal.Signals(number).name)

    def explains(self, raised: BaseException) -> bool:
        """Whether it is no finding: on its way through libraries, an interrupt may turn into any other error.

        A model may interrupt by itself; Lightning turns that into `sys.exit(1)` when it has shut down.
        """
        by_itself = isinstance(raised, SystemExit) and isinstance(raised.__context__, KeyboardInterrupt)
        return bool(self.number) or by_itself


@contextmanager
def interrupts_on_sigterm() -> Iterator[Stop]:
    """Lets the first SIGTERM unwind the stack like Ctrl-C; not outside the main thread, where Python forbids it."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop.interrupt) for number in _STOPPING}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)
