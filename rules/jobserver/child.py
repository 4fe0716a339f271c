"""Prepare a forked child so that its job runs as in a process of its own, and run the job."""

from __future__ import annotations

import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from compiler.base.paths import ENGINE
from rules.jobserver.client import FORWARDED
from rules.jobserver.foreign_packages import use_foreign_packages
from rules.jobserver.job import exit_code
from rules.jobserver.lifetime import SERVER_PID, end_with
from rules.jobserver.loaded_code import changed_modules, list_modules
from rules.jobserver.request import Request


def before_fork(request: Request) -> None:
    """Do in the server what each of its children would do again."""
    list_modules(_code_folders(request))


def run_job(request: Request, start: int) -> int:
    """Set up this process like the client's, run the job, and return its exit code.

    If the source of an imported module has changed since `start`, the job runs in a new Python process.
    """
    server = os.getppid()
    _apply_client_state(request)
    if changed := changed_modules(start, _code_folders(request)):
        print(f"{changed[0]} has changed since the build began: this job imports the code again", file=sys.stderr)
        _replace_process(request, server)
    end_with(server)
    use_foreign_packages(request.job)
    return exit_code(request.job)


def _code_folders(request: Request) -> tuple[Path, ...]:
    return ENGINE, Path(request.cwd), Path(os.path.realpath(request.cwd))


def _replace_process(request: Request, server: int) -> None:
    """Run the job in a new Python process, which keeps the number of this one."""
    sys.stderr.flush()
    os.environ[SERVER_PID] = str(server)
    os.execv(sys.executable, [sys.executable, "-m", "rules.jobserver.job", *request.job])


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
