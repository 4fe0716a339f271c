"""End a job when the job server that started it dies. A server that is killed cannot stop its children."""

from __future__ import annotations

import os
import signal
import threading
import time

SERVER_PID = "PROBAND_SERVER_PID"  # environment variable of a job that runs in a new process below the server
GRACE_SECONDS = 10.0  # time between SIGTERM and SIGKILL, for a job to clean up


def end_with(server: int) -> None:
    """Stop this process when its parent, the server, is gone."""

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def end_with_server_of_environment() -> None:
    """Stop this process when the server in its environment is gone. Other processes of the job do not inherit it."""
    server = os.environ.pop(SERVER_PID, "")
    if server.isdecimal():
        end_with(int(server))
