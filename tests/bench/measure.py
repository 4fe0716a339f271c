"""Seconds and memory of a command, and of what is done in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Cost:
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, against what, and the goal."""

    what: str
    measured: str
    goal: str
    reached: bool


def cost_of(command: Sequence[str], folder: Path, times: int = 1) -> Cost:
    """Median wall-clock seconds and largest peak memory of running a command to its end.

    Raises:
        subprocess.CalledProcessError: it fails.
    """
    costs = [_cost_once(command, folder) for _ in range(times)]
    return Cost(median(cost.seconds for cost in costs), max(cost.megabytes for cost in costs))


def seconds_of(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _cost_once(command: Sequence[str], folder: Path) -> Cost:
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=said.decode())
    return Cost(seconds, used.ru_maxrss / 1024)
