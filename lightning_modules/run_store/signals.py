"""Convert SIGINT and SIGTERM to KeyboardInterrupt, so that an interrupted run is discarded and not recorded."""

from __future__ import annotations

import signal
import threading
from bdb import BdbQuit
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class DebuggerQuit(KeyboardInterrupt):
    """The user quit a debugger in a training, so the run is discarded."""


@dataclass
class StopSignal:
    """The first stop signal that this process received. `number` is 0 if there was none."""

    number: int = 0

    def handle(self, number: int, _: object) -> None:
        """Raise KeyboardInterrupt for the first signal only, so that later ones do not interrupt the cleanup.

        With Ctrl-C, both the terminal and Snakemake send a signal.
        """
        if not self.number:
            self.number = number
            raise KeyboardInterrupt(signal.Signals(number).name)

    def caused(self, error: BaseException) -> bool:
        """Return whether the error results from an interrupt. A library may convert KeyboardInterrupt to any error.

        Code can also raise KeyboardInterrupt without a signal. Lightning then shuts down and calls `sys.exit(1)`.
        """
        is_lightning_exit = isinstance(error, SystemExit) and isinstance(error.__context__, KeyboardInterrupt)
        return bool(self.number) or is_lightning_exit


def left_debugger(error: BaseException) -> bool:
    """Return whether the user quit a debugger, or a `breakpoint()` found no terminal. This is no result of a run."""
    link: BaseException | None = error
    while link is not None and not isinstance(link, BdbQuit):
        link = link.__cause__ or link.__context__
    return link is not None


@contextmanager
def signals_as_interrupts() -> Iterator[StopSignal]:
    """Convert stop signals inside the block. Has no effect outside the main thread, where Python allows no handlers."""
    stop = StopSignal()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    previous = {number: signal.signal(number, stop.handle) for number in _STOP_SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler or signal.SIG_DFL)
