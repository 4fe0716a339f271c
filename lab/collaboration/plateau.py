"""Notice that a chain of proposals brings no new information.

A generation brings new information if a registered test in it was supported or refuted, or if its best mean improves on
that of all generations before by more than the minimum effect of its test.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.nested import value_at
from compiler.base.paths import Lab
from compiler.plan.model import Plan, PlannedExperiment
from lab.collaboration.generations import generation_of, origin_of

_DECIDED = ("supported", "refuted")


@dataclass(frozen=True)
class Result:
    """The result of an experiment: its generation, whether its test was decided, and the best mean of its metric.

    `best` is larger for a better result, also of a metric that is to be minimised. None: no run has a finite value.
    """

    generation: int
    is_decided: bool
    metric: str
    best: float | None
    minimum_effect: float = 0.0


def uninformative_generations(results: Collection[Result]) -> int:
    """Return the number of generations at the end of a chain that brought no new information."""
    last = max((result.generation for result in results), default=0)
    count = 0
    for generation in range(last, 0, -1):
        members = [result for result in results if result.generation == generation]
        if any(_is_informative(result, results) for result in members):
            break
        count += 1
    return count


def chain_results(lab: Lab, plan: Plan, origin: str, admitted: Collection[str]) -> list[Result]:
    """Return the results of an experiment and of all proposals that descend from it."""
    return [
        result
        for name, experiment in plan.experiments.items()
        if origin_of(plan, name, admitted) == origin
        and (result := _result(lab, experiment, generation_of(plan, name, admitted))) is not None
    ]


def _is_informative(result: Result, results: Collection[Result]) -> bool:
    if result.is_decided:
        return True
    before = [
        earlier.best
        for earlier in results
        if earlier.generation < result.generation and earlier.metric == result.metric and earlier.best is not None
    ]
    return result.best is not None and bool(before) and result.best - max(before) > result.minimum_effect


def _result(lab: Lab, experiment: PlannedExperiment, generation: int) -> Result | None:
    content = readable_object(lab.results_file(experiment.id))
    if not content:
        return None
    test = experiment.design.test
    summary: Mapping[str, Any] = content.get("summary_metrics") or {}
    mean = value_at(summary, "best.mean")
    is_finite = isinstance(mean, int | float) and not isinstance(mean, bool) and math.isfinite(mean)
    sign = -1 if test is not None and test.goal == "minimize" else 1
    return Result(
        generation,
        content.get("verdict") in _DECIDED,
        str(summary.get("metric")),
        sign * mean if is_finite else None,
        test.minimum_effect if test else 0.0,
    )
