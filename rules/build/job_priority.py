"""Provide Snakemake's priority of a job from `metadata.priority` of the experiments that need it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compiler.plan.model import PlannedExperiment
from rules.build.build_plan import BuildPlan
from rules.build.functions.cached_signatures import with_cached_signature

# None is negative or 0, because Snakemake's schedulers need not start a job without a reward.
_NUMBERS = {"low": 1, "medium": 2, "high": 3, "critical": 4}
_DEFAULT = "medium"


class JobPriority:
    """Priorities of jobs. Snakemake starts a job with a higher number before others that could start."""

    def __init__(self, plan: BuildPlan) -> None:
        self._plan = plan
        self._by_experiment = {name: _number(planned) for name, planned in plan.compiled.experiments.items()}

    def of_experiment(self) -> Any:
        """Return the priority of a step of an experiment: a number, or a function of the wildcards."""
        return self._constant or with_cached_signature(lambda wildcards: self._highest([wildcards.experiment]))

    def of_run(self) -> Any:
        """Return the priority of a training: that of the most urgent experiment that uses the run."""
        return self._constant or with_cached_signature(
            lambda wildcards: self._highest(self._plan.run(wildcards).experiments)
        )

    @property
    def _constant(self) -> int | None:
        """The priority of all jobs, None if they differ. Snakemake calls a function for each job, which takes time."""
        numbers = set(self._by_experiment.values())
        return numbers.pop() if len(numbers) == 1 else None

    def _highest(self, experiments: Iterable[str]) -> int:
        return max((self._by_experiment.get(name, _NUMBERS[_DEFAULT]) for name in experiments), default=1)


def _number(planned: PlannedExperiment) -> int:
    metadata = planned.spec.get("metadata") or {}
    return _NUMBERS.get(metadata.get("priority", _DEFAULT), _NUMBERS[_DEFAULT])
