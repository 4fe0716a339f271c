"""Labs whose trainings do nothing, built for real. A lab of a size is built once, however many tables need it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from compiler.base.paths import Lab
from tests.bench.harness.measure import CommandFailed, Cost, cost_of
from tests.bench.labs import instant_lab, snakemake


@dataclass(frozen=True)
class FinishedLab:
    """A lab after its first build, and the cost of this build."""

    lab: Lab
    cost: Cost


class FinishedLabs:
    """Finished labs by their number of runs, below a scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._labs: dict[int, FinishedLab] = {}

    def with_runs(self, runs: int) -> FinishedLab:
        """Return the lab with this number of runs.

        Raises:
            CommandFailed: The build failed, or did not train all runs.
        """
        if runs not in self._labs:
            lab = instant_lab(self._scratch / str(runs), runs)
            cost = cost_of(snakemake(lab), lab.root)
            trained = len(list(lab.root.glob("results/runs/*/status.json")))
            if trained != runs:
                raise CommandFailed(f"the build trained {trained} of {runs} runs")
            self._labs[runs] = FinishedLab(lab, cost)
        return self._labs[runs]
