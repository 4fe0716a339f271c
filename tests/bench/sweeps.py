"""Measure the tools on sweeps of digits runs. A sweep is measured once, however many tables need it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from compiler.base.json_files import read_json
from lightning_modules.data.prepare_digits import write_digits
from tests.bench.harness.measure import CommandFailed, Cost, cost_of
from tests.bench.tools import Tool


@dataclass(frozen=True)
class Measured:
    """The cost of a sweep, its folder, and the mean test accuracy, which shows that the tools train alike."""

    cost: Cost
    folder: Path
    accuracy: float

    def __str__(self) -> str:
        return f"{self.cost.wall:.1f} s ({self.cost.seconds:.0f} s processor time, accuracy {self.accuracy:.3f})"


class Sweeps:
    """Measurements by tool and number of runs.

    Args:
        scratch: the folder for data and results.
        repeats: how often a comparison is repeated.
    """

    def __init__(self, scratch: Path, repeats: int) -> None:
        self._scratch, self._repeats = scratch, repeats
        self._measured: dict[tuple[Tool, int], Measured] = {}
        self._failed: dict[tuple[Tool, int], CommandFailed] = {}  # not tried again

    def compare(self, tools: Sequence[Tool], runs: int, repeat: bool = False) -> dict[Tool, Measured]:
        """Return the measurement with the shortest wall time of each tool.

        With `repeat`, the tools run in turn several times, so that other load affects all of them.

        Raises:
            CommandFailed: A tool failed, or did not train all runs.
        """
        missing = [tool for tool in tools if (tool, runs) not in self._measured]
        for _ in range(self._repeats if repeat else 1):
            for tool in missing:
                measured = self._measure(tool, runs)
                shortest = self._measured.setdefault((tool, runs), measured)
                if measured.cost.wall < shortest.cost.wall:
                    self._measured[tool, runs] = measured
        return {tool: self._measured[tool, runs] for tool in tools}

    def _measure(self, tool: Tool, runs: int) -> Measured:
        if (tool, runs) in self._failed:
            raise self._failed[tool, runs]
        try:
            return self._measure_once(tool, runs)
        except CommandFailed as error:
            self._failed[tool, runs] = error
            raise

    def _measure_once(self, tool: Tool, runs: int) -> Measured:
        folder = self._scratch / f"{len(list(self._scratch.glob('*')))}-of-{runs}-runs"
        (folder / "data").mkdir(parents=True)
        shutil.copy(self._data(), folder / "data/digits.npz")
        cost = cost_of(tool.command(folder, runs), folder)
        accuracies = [float(read_json(file)[tool.metric]) for file in sorted(folder.glob(tool.metrics))]
        if len(accuracies) != runs:
            raise CommandFailed(f"{tool.name} trained {len(accuracies)} of {runs} runs")
        return Measured(cost, folder, fmean(accuracies))

    def _data(self) -> Path:
        file = self._scratch / "digits.npz"
        if not file.is_file():
            write_digits(file)
        return file
