"""Look up the runs of searches, also of rounds that are suggested during the build.

Rounds that are on disk when the build starts are in its plan. For each later round, a Snakemake checkpoint suggests the
trials and writes a file with the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from compiler.plan.planned_run import PlannedRun, RunJob, read_run_job


class Searches:
    """The searches of one build."""

    require_round: Callable[..., Any]  # `get` of Snakemake's checkpoint: raises until this build has created the round

    def __init__(self, lab: Lab, experiments: Mapping[str, PlannedExperiment]) -> None:
        self._lab = lab
        self._searches = {name: planned.search for name, planned in experiments.items() if planned.search}
        self._jobs: dict[str, RunJob] = {}

    @property
    def probes(self) -> list[PlannedRun]:
        """Examples of the runs that later rounds will add."""
        return [probe for search in self._searches.values() for probe in search.probes]

    @property
    def have_rounds_to_come(self) -> bool:
        """Whether a build may suggest trials, which it adds to the plan."""
        return any(search.rounds_to_come for search in self._searches.values())

    def runs(self, experiment: str, before: int | None = None) -> list[str]:
        """Return the runs of a search: all of them, or those of the rounds before a round."""
        search = self._searches.get(experiment)
        if search is None:
            return []
        runs = [run for trial in search.trials if before is None or trial.round < before for run in trial.runs]
        rounds = [number for number in search.rounds_to_come if before is None or number < before]
        return list(dict.fromkeys([*runs, *(run for number in rounds for run in self._round(experiment, number))]))

    def data(self, experiment: str) -> set[str]:
        search = self._searches.get(experiment)
        return {path for probe in search.probes for path in probe.data} if search else set()

    def unfinished(self, experiment: str) -> list[str]:
        """Return the evidence file if rounds are to come, because all other files may exist from earlier rounds."""
        search = self._searches.get(experiment)
        return [str(self._lab.evidence(experiment))] if search and search.rounds_to_come else []

    def job(self, run: str) -> RunJob | None:
        """Return a run that was compiled after this build had read its plan; None if there is none."""
        file = self._lab.run_job(run)
        if run not in self._jobs and file.is_file():
            self._jobs[run] = read_run_job(file)
        return self._jobs.get(run)

    def remove_outdated_rounds(self) -> None:
        """Remove the files of rounds that the plan does not contain. These rounds were deleted after a build."""
        for name, search in self._searches.items():
            rounds = search.rounds_to_come
            for number in rounds:
                self._lab.round_runs(name, search.id, number).unlink(missing_ok=True)
            if rounds:
                self._lab.evidence(name).unlink(missing_ok=True)

    def _round(self, experiment: str, number: int) -> Iterator[str]:
        search = self._searches[experiment].id
        self.require_round(experiment=experiment, search=search, round=f"{number:03}")
        yield from read_json(self._lab.round_runs(experiment, search, number))["runs"]
