"""Prepare a forked child so that its job runs as in a process of its own, and run the job."""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
import time
from contextlib import suppress

from rules.jobserver.client import FORWARDED
from rules.jobserver.job import GRACE_SECONDS, exit_code
from rules.jobserver.request import Request


def run_job(request: Request) -> int:
    """Set up this process like the client's, run the job, and return its exit code."""
    _end_with_server()
    _apply_client_state(request)
    return exit_code(request.job)


def _apply_client_state(request: Request) -> None:
    os.setpgid(0, 0)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)  # delivers the signals that arrived since the fork
    for target, stream in enumerate(request.streams):
        os.dup2(stream, target)
        os.close(stream)
    os.umask(request.umask)
    if sys.path[0] == os.getcwd():  # `python -m` puts the working directory first
        sys.path[0] = request.cwd
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.environ)
    os.nice(max(0, request.nice - os.nice(0)))
    for name, limits in request.limits.items():
        with suppress(ValueError, OSError):  # this system has no such limit, or does not allow raising it
            resource.setrlimit(getattr(resource, name), (limits[0], limits[1]))


def _end_with_server() -> None:
    """Stop this process when the server dies. A server that is killed cannot stop its children."""
    server = os.getppid()

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
