"""Measure processor time, wall time and memory of a command or a function.

Comparisons use processor time, because wall time also depends on other load of the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """The processor time, wall time and peak memory of a command."""

    seconds: float  # of the processor, user and system together
    wall: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.wall:.1f} s wall time)"


@dataclass(frozen=True)
class Row:
    """A row of a table: the name and the result of a measurement, and its goal."""

    name: str
    measured: str
    goal: str
    reached: bool


def cost_of(command: Sequence[str], folder: Path, times: int = 1) -> Cost:
    """Run a command `times` times and return the lowest cost by processor time.

    Raises:
        subprocess.CalledProcessError: The command failed.
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
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors.decode())
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)
