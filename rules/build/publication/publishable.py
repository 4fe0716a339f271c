"""Select the experiments that `snakemake publication` prepares: those whose runs need no training."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from compiler.view.status import run_state
from rules.build.build_plan import BuildPlan

PUBLICATION = "publication"  # the target


class Publishable:
    """The experiments of a lab that have results and name reports.

    `current` are those whose runs have all finished with the current spec and code. The others are `outdated`: they
    would have to be trained, which nobody expects of a publication. What was published of them stays as it is.
    """

    def __init__(self, plan: BuildPlan) -> None:
        self._plan, self._lab = plan, plan.lab

    @cached_property
    def current(self) -> list[str]:
        """Evaluated before a build removes the status of stale runs, so that it is the same during the build."""
        return [name for name in self._with_results() if self._is_current(name)]

    @property
    def outdated(self) -> list[str]:
        return [name for name in self._with_results() if name not in self.current]

    def gates(self, wildcards: Any) -> list[str]:  # noqa: ARG002
        """Return the gates that the target `publication` needs."""
        return [str(self._lab.gate_file(name, PUBLICATION)) for name in self.current]

    def _with_results(self) -> Iterator[str]:
        for name, planned in self._plan.compiled.experiments.items():
            if planned.reports and self._lab.results_file(name).is_file():
                yield name

    def _is_current(self, name: str) -> bool:
        planned = self._plan.compiled.experiments[name]
        runs = [*planned.runs, *self._plan.searches.runs(name)]
        states = (run_state(self._lab, run, self._fingerprint(run)).state for run in dict.fromkeys(runs))
        return not self._plan.searches.unfinished(name) and all(state in ("done", "failed") for state in states)

    def _fingerprint(self, run: str) -> str | None:
        planned = self._plan.compiled.runs.get(run) or self._plan.searches.job(run)
        return planned.fingerprint if planned else None
