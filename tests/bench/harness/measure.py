"""Measure processor time, wall time and memory of a command or a function."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from compiler.base.paths import ENGINE
from tests.bench.harness import launch

_PR_SET_CHILD_SUBREAPER = 36  # of prctl(2)
_REAP_SECONDS = 30.0


class CommandFailed(Exception):
    """A measured command exited with an error. The message is the end of what it printed."""


@dataclass(frozen=True)
class Cost:
    """The processor time, wall time and peak memory of a command, with all processes that it started."""

    seconds: float  # of the processor, user and system together
    wall: float  # until the command itself exits
    megabytes: float  # of the largest process
    started: float = 0.0  # seconds since the epoch
    late: float = 0.0  # seconds that processes worked on after the command had exited

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.wall:.1f} s wall time)"


def cost_of(command: Sequence[str], folder: Path, times: int = 1) -> Cost:
    """Run a command `times` times in a folder and return the lowest cost by processor time.

    Raises:
        CommandFailed: The command exited with an error.
    """
    return min((_cost_once(command, folder) for _ in range(times)), key=lambda cost: cost.seconds)


def seconds_of(work: Callable[[], object]) -> float:
    """Return the processor time of a function."""
    start = time.process_time()
    work()
    return time.process_time() - start


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _cost_once(command: Sequence[str], folder: Path) -> Cost:
    adopt_orphans()
    others = {child.pid for child in psutil.Process().children()}
    cpu_before, started = _cpu_of_children(), time.time()
    # The output goes to a file: a pipe would be open until the last process that inherited it has ended.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as report:
        launcher = [sys.executable, "-SE", launch.__file__, str(report.fileno())]
        subprocess.run(
            [*launcher, *command],
            cwd=folder,
            stdout=output,
            stderr=output,
            env=os.environ | {"PYTHONPATH": str(ENGINE)},
            pass_fds=[report.fileno()],
            check=True,
        )
        report.seek(0)
        measured = json.load(report)
        late = _reap_orphans(others)
        if measured["code"]:
            output.seek(0)
            printed = output.read().decode(errors="replace")
            raise CommandFailed(_failure(command, measured["code"], printed))
    seconds, megabytes = _cpu_of_children() - cpu_before, measured["kilobytes"] / 1024
    return Cost(seconds, measured["wall"], megabytes, started, late)


def _failure(command: Sequence[str], code: int, printed: str) -> str:
    """Return the command, its exit code and the end of its output, without paths of this machine."""
    end = " / ".join(printed.strip().splitlines()[-4:])
    text = f"exit code {code} of {' '.join(['python', *command[1:]])}: {end}"
    for path, name in ((str(ENGINE), "ENGINE"), (sys.prefix, "VENV")):
        text = text.replace(path, name)
    return text


def adopt_orphans() -> None:
    """Become the parent of processes whose parent exits, such as a job server, so that their time is counted.

    It has an effect on Linux only.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _cpu_of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _reap_orphans(others: set[int]) -> float:
    """Wait for the processes that the command left behind, and return how long they took.

    Raises:
        CommandFailed: A process did not end. It would disturb the next measurement.
    """
    start = time.monotonic()
    while orphans := [child for child in psutil.Process().children() if child.pid not in others]:
        if time.monotonic() - start > _REAP_SECONDS:
            raise CommandFailed(f"the command left {len(orphans)} processes behind, such as {orphans[0].name()}")
        for child in orphans:
            with suppress(ChildProcessError):
                os.waitpid(child.pid, os.WNOHANG)
        time.sleep(0.02)
    return time.monotonic() - start
