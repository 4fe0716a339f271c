"""What a forked child does before and after its job, so that the job cannot tell it from a process of its own."""

from __future__ import annotations

import os
import resource
import signal
import threading
import time
from contextlib import suppress

from rules.jobserver.client import FORWARDED
from rules.jobserver.job import exit_code
from rules.jobserver.request import Request

GRACE_SECONDS = 10.0  # between asking a job to end and ending it


def run_job(request: Request) -> int:
    """Take over the client's surroundings, then do the job; its exit code."""
    _end_with_parent()
    _take_over(request)
    return exit_code(request.job)


def _take_over(request: Request) -> None:
    os.setpgid(0, 0)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, FORWARDED)  # what came since the fork comes now
    for target, stream in enumerate(request.streams):
        os.dup2(stream, target)
        os.close(stream)
    os.umask(request.umask)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.environ)
    os.nice(max(0, request.nice - os.nice(0)))
    for name, limits in request.limits.items():
        with suppress(ValueError, OSError):  # one that this system has under another name, or may not raise
            resource.setrlimit(getattr(resource, name), (limits[0], limits[1]))


def _end_with_parent() -> None:
    """A server that was killed cannot end its children: they look for themselves."""
    server = os.getppid()

    def watch() -> None:
        while os.getppid() == server:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
