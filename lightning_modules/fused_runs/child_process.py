"""Run a function in a forked process, whose crash or changed global state does not affect this process."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

from lightning_modules.run_store.signals import signals_as_interrupts

_GRACE_SECONDS = 8.0  # to release its runs after an interrupt; the job server kills a job after 10 seconds
_INTERRUPTED = 130


def run_in_child(work: Callable[[], object], on_start: Callable[[], object]) -> int:
    """Run `on_start` and `work` in a child of this process, and return its exit code.

    The code is 1 after an exception, whose traceback is printed, and negative if a signal killed the child.

    Raises:
        KeyboardInterrupt: This process was interrupted or terminated. The child has then been stopped.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    with signals_as_interrupts():
        child = os.fork()
        if child == 0:
            _run(work, on_start)
        try:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except KeyboardInterrupt:
            _stop(child)
            raise


def _run(work: Callable[[], object], on_start: Callable[[], object]) -> None:
    """Run in the child, and end it without the exit handlers of the parent."""
    code = 1
    try:
        on_start()
        work()
        code = 0
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _stop(child: int) -> None:
    """Terminate the child and wait for its end. It is killed if it does not end in time."""
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_SECONDS
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return
            time.sleep(0.05)
