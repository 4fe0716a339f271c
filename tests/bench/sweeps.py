"""Measure the tools on sweeps of digits runs. A sweep is measured once, however many tables need it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from compiler.base.json_files import read_json
from lightning_modules.data.prepare_digits import write_digits
from tests.bench.evidence import check_evidence
from tests.bench.harness.measure import CommandFailed, Cost, cost_of
from tests.bench.tools import Tool


@dataclass(frozen=True)
class Repetition:
    """The cost of a sweep, its folder, and the mean test accuracy, which shows that the tools train alike."""

    cost: Cost
    folder: Path
    accuracy: float


@dataclass(frozen=True)
class Measured:
    """All repetitions of a sweep, by wall time. The median is the result."""

    repetitions: tuple[Repetition, ...]

    @property
    def median(self) -> Repetition:
        return self.repetitions[len(self.repetitions) // 2]

    @property
    def cost(self) -> Cost:
        return self.median.cost

    def __str__(self) -> str:
        walls = [repetition.cost.wall for repetition in self.repetitions]
        spread = f"median of {len(walls)}, {walls[0]:.1f} to {walls[-1]:.1f} s; " if len(walls) > 1 else ""
        late = f"; processes worked {self.cost.late:.1f} s longer" if self.cost.late > 0.5 else ""
        accuracy = f"accuracy {self.median.accuracy:.4f}"
        return f"{self.cost.wall:.1f} s ({spread}{self.cost.seconds:.0f} s processor time{late}; {accuracy})"


class Sweeps:
    """Measurements by tool and number of runs. Each repetition begins in an empty folder.

    Args:
        scratch: the folder for data and results.
        repeats: how often a comparison is repeated.
    """

    def __init__(self, scratch: Path, repeats: int) -> None:
        self._scratch, self._repeats = scratch, repeats
        self._measured: dict[tuple[Tool, int], Measured] = {}
        self._failed: dict[tuple[Tool, int], CommandFailed] = {}  # not tried again

    def compare(self, tools: Sequence[Tool], runs: int, repeat: bool = False) -> dict[Tool, Measured]:
        """Return the measurements of each tool.

        With `repeat`, the tools run in turn several times, forwards and backwards, so that other load affects all.

        Raises:
            CommandFailed: A tool failed, or did not train all runs.
        """
        missing = [tool for tool in tools if (tool, runs) not in self._measured]
        repetitions: dict[Tool, list[Repetition]] = {tool: [] for tool in missing}
        for number in range(self._repeats if repeat else 1):
            for tool in missing[:: -1 if number % 2 else 1]:
                repetitions[tool].append(self._measure(tool, runs))
        for tool, measured in repetitions.items():
            by_wall = sorted(measured, key=lambda repetition: repetition.cost.wall)
            self._measured[tool, runs] = Measured(tuple(by_wall))
        return {tool: self._measured[tool, runs] for tool in tools}

    def _measure(self, tool: Tool, runs: int) -> Repetition:
        if (tool, runs) in self._failed:
            raise self._failed[tool, runs]
        try:
            return self._measure_once(tool, runs)
        except CommandFailed as error:
            self._failed[tool, runs] = error
            raise

    def _measure_once(self, tool: Tool, runs: int) -> Repetition:
        folder = self._scratch / f"{len(list(self._scratch.glob('*')))}-of-{runs}-runs"
        (folder / "data").mkdir(parents=True)
        shutil.copy(self._data(), folder / "data/digits.npz")
        cost = cost_of(tool.command(folder, runs), folder)
        accuracies = [float(read_json(file)[tool.metric]) for file in sorted(folder.glob(tool.metrics))]
        if len(accuracies) != runs:
            raise CommandFailed(f"{tool.name} trained {len(accuracies)} of {runs} runs")
        if tool.is_build:
            check_evidence(folder, runs)
        return Repetition(cost, folder, fmean(accuracies))

    def _data(self) -> Path:
        file = self._scratch / "digits.npz"
        if not file.is_file():
            write_digits(file)
        return file
