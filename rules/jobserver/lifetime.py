"""End a process when the process that started it dies: a job with its server, and a server with its driver."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

SERVER_PID = "PROBAND_SERVER_PID"  # environment variable of a job that runs in a new process below the server
CHECK_SECONDS = 0.5
GRACE_SECONDS = 10.0  # time between SIGTERM and SIGKILL, for a job to clean up


def end_with(server: int) -> None:
    """Stop this process when its parent, the server, is gone."""

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(CHECK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def end_with_server_of_environment() -> None:
    """Stop this process when the server in its environment is gone. Other processes of the job do not inherit it."""
    server = os.environ.pop(SERVER_PID, "")
    if server.isdecimal():
        end_with(int(server))


@contextmanager
def ends_with_parent() -> Iterator[None]:
    """End this process if its parent ends inside the block. No thread is started, so that children can be forked."""
    parent = os.getppid()

    def check(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    previous = signal.signal(signal.SIGALRM, check)
    signal.siginterrupt(signal.SIGALRM, False)
    signal.setitimer(signal.ITIMER_REAL, CHECK_SECONDS, CHECK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
