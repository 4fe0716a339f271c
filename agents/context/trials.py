"""What each point of an experiment set and gave: the rows from which arms, grids and follow-ups are made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.context.case import Case
from agents.context.results import Objective
from agents.facts.ids import label
from agents.facts.subject import run_subject
from agents.registered_test.runs_by_arm import SEED
from agents.statistics import Goal


@dataclass(frozen=True)
class Trial:
    """One run. `levels` is what its point sets; `value` the metric, None where the run failed or wrote none.

    `failure` is the kind of failure that its status names.
    """

    point: str
    levels: Mapping[str, Any]
    value: float | None
    fact: str
    failure: str | None = None

    def cell(self, factors: Iterable[str]) -> tuple[str, ...]:
        return tuple(label(self.levels.get(factor)) for factor in factors)


def aim(case: Case) -> tuple[str, Goal]:
    """The metric that the experiment is about, and which way it should go: of its test or its search."""
    compare = case.spec.get("compare")
    if compare:
        return str(compare["metric"]), "minimize" if compare["goal"] == "minimize" else "maximize"
    objective = case.results.search or Objective(case.results.metric, "maximize")
    return objective.metric, objective.goal


def trials(case: Case, metric: str) -> tuple[Trial, ...]:
    """Every run of the experiment once, in the order of its points."""
    kinds = {run.point: run.error.kind if run.error else None for run in case.results.runs}
    points: dict[str, Mapping[str, Any]] = {}
    for point in case.spec.get("points", ()):
        points.setdefault(point["run"], point)
    found = []
    for point in points.values():
        name = f"{run_subject(point['name'])}.{metric}"
        value = _finite(case, name)
        found.append(Trial(point["name"], point["overrides"], value, name, kinds.get(point["name"])))
    return tuple(found)


def swept_factors(every: Sequence[Trial]) -> dict[str, tuple[Any, ...]]:
    """The levels of each key that varies between the trials, in the order met. A seed is no factor."""
    levels: dict[str, dict[str, Any]] = {}
    for trial in every:
        for key, value in trial.levels.items():
            levels.setdefault(key, {}).setdefault(label(value), value)
    return {key: tuple(found.values()) for key, found in levels.items() if key != SEED and len(found) > 1}


def cells(every: Sequence[Trial], factors: Iterable[str]) -> dict[tuple[str, ...], list[Trial]]:
    """The trials by their levels of the factors."""
    names = tuple(factors)
    found: dict[tuple[str, ...], list[Trial]] = {}
    for trial in every:
        found.setdefault(trial.cell(names), []).append(trial)
    return found


def best_cell(
    found: Mapping[tuple[str, ...], Sequence[Trial]], goal: Goal
) -> tuple[tuple[str, ...], Sequence[Trial]] | None:
    """The cell with the most favourable mean; the first of equals, None where no run gave a value."""
    sign = 1 if goal == "maximize" else -1
    means = {cell: sum(values) / len(values) for cell, members in found.items() if (values := usable(members))}
    if not means:
        return None
    best = max(means, key=lambda cell: sign * means[cell])
    return best, found[best]


def usable(members: Iterable[Trial]) -> list[float]:
    return [trial.value for trial in members if trial.value is not None]


def _finite(case: Case, name: str) -> float | None:
    fact = case.book.facts.get(name)
    value = fact.value if fact else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
