"""The runs of searches, as far as a build can know them.

Rounds that are on disk when the build starts are in its plan. Those to come are asked by a checkpoint of Snakemake's,
which leaves a file with their runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.plan.planned_run import PlannedRun, RunJob, read_run_job


class Searches:
    """The searches of one build."""

    asking: Callable[..., Any]  # Snakemake's: raises until the round's file has been made in this build

    def __init__(self, lab: Lab, experiments: Mapping[str, PlannedExperiment]) -> None:
        self._lab = lab
        self._entries = {name: experiment.search for name, experiment in experiments.items() if experiment.search}
        self._jobs: dict[str, RunJob] = {}

    @property
    def probes(self) -> list[PlannedRun]:
        """What runs to come are like, as entries of the plan."""
        return [probe for search in self._entries.values() for probe in search.probes]

    def runs(self, experiment: str, before: int | None = None) -> list[str]:
        """All runs of a search, or those of the rounds before one."""
        search = self._entries.get(experiment)
        if search is None:
            return []
        known = [run for trial in search.trials if before is None or trial.round < before for run in trial.runs]
        to_come = [number for number in search.rounds_to_come if before is None or number < before]
        return list(dict.fromkeys([*known, *(run for number in to_come for run in self._asked(experiment, number))]))

    def data(self, experiment: str) -> set[str]:
        search = self._entries.get(experiment)
        return {path for probe in search.probes for path in probe.data} if search else set()

    def unfinished(self, experiment: str) -> list[str]:
        """What to build where rounds are still to come: all else may be there from the rounds before."""
        search = self._entries.get(experiment)
        return [str(self._lab.evidence(experiment))] if search and search.rounds_to_come else []

    def job(self, run: str) -> RunJob | None:
        """A run that was compiled after this build had read its plan."""
        file = self._lab.run_job(run)
        if run not in self._jobs and file.is_file():
            self._jobs[run] = read_run_job(file)
        return self._jobs.get(run)

    def forget_unasked(self) -> None:
        """Where rounds are still to come, files that say they came are of rounds that were removed since."""
        for name, search in self._entries.items():
            to_come = search.rounds_to_come
            for number in to_come:
                self._lab.round_runs(name, search.id, number).unlink(missing_ok=True)
            if to_come:
                self._lab.evidence(name).unlink(missing_ok=True)

    def _asked(self, experiment: str, number: int) -> Iterator[str]:
        search = self._entries[experiment].id
        self.asking(experiment=experiment, search=search, round=f"{number:03}")
        yield from read_json(Path(self._lab.round_runs(experiment, search, number)))["runs"]
