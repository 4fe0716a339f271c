"""Processor seconds, clock seconds and memory of a command, and of what is done in this process.

Processor seconds are compared: on a shared machine they say what the work costs, the clock also what others did.
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
    seconds: float  # of the processor, user and system together
    clock: float
    megabytes: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.clock:.1f} s by the clock)"


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against what, and the goal."""

    what: str
    measured: str
    goal: str
    reached: bool


def cost_of(command: Sequence[str], folder: Path, times: int = 1) -> Cost:
    """The run of a command with the least processor seconds.

    Raises:
        subprocess.CalledProcessError: it fails.
    """
    return min((_cost_once(command, folder) for _ in range(times)), key=lambda cost: cost.seconds)


def seconds_of(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _cost_once(command: Sequence[str], folder: Path) -> Cost:
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    clock = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said.decode())
    return Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss / 1024)
