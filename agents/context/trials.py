"""Collect the runs of an experiment as trials, each with its settings and its value of a metric."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.context.case import Case
from agents.context.results import Objective
from agents.facts.ids import label
from agents.facts.subject import run_subject
from agents.statistics import Goal
from compiler.base.seed import SEED
from compiler.experiment.planned_point import PlannedPoint

Cells = Mapping[tuple[str, ...], Sequence["Trial"]]


@dataclass(frozen=True)
class Trial:
    """One run. `levels` are the settings of its point, and `fact` is the id of the fact with its value.

    `value` is None if the run failed or did not log the metric. `failure` is the kind of failure.
    """

    point: str
    levels: Mapping[str, Any]
    value: float | None
    fact: str
    failure: str | None = None

    def cell(self, factors: Iterable[str]) -> tuple[str, ...]:
        return tuple(label(self.levels.get(factor)) for factor in factors)


def objective(case: Case) -> Objective:
    """Return the metric and goal of the test, else of the search."""
    if case.test is not None:
        return Objective(case.test.metric, case.test.goal)
    return case.results.search or Objective(case.results.metric, "maximize")


def trials(case: Case, metric: str) -> tuple[Trial, ...]:
    """Return every run of the experiment once, in the order of the points."""
    failures = {run.point: run.error.kind for run in case.results.runs if run.error}
    points: dict[str, PlannedPoint] = {}
    for point in case.points:
        points.setdefault(point.run, point)
    rows = []
    for point in points.values():
        fact_id = f"{run_subject(point.name)}.{metric}"
        rows.append(Trial(point.name, point.overrides, _finite_value(case, fact_id), fact_id, failures.get(point.name)))
    return tuple(rows)


def swept_factors(rows: Sequence[Trial]) -> dict[str, tuple[Any, ...]]:
    """Return the levels of each key that varies, in order of first occurrence. The seed is not a factor."""
    levels: dict[str, dict[str, Any]] = {}
    for trial in rows:
        for key, value in trial.levels.items():
            levels.setdefault(key, {}).setdefault(label(value), value)
    return {key: tuple(values.values()) for key, values in levels.items() if key != SEED and len(values) > 1}


def cells(rows: Sequence[Trial], factors: Iterable[str]) -> dict[tuple[str, ...], list[Trial]]:
    """Group the trials by their levels of the factors."""
    names = tuple(factors)
    groups: dict[tuple[str, ...], list[Trial]] = {}
    for trial in rows:
        groups.setdefault(trial.cell(names), []).append(trial)
    return groups


def best_cell(groups: Cells, goal: Goal) -> tuple[tuple[str, ...], Sequence[Trial]] | None:
    """Return the cell with the best mean, the first one in case of ties, None if no run has a value."""
    sign = 1 if goal == "maximize" else -1
    means = {cell: sum(values) / len(values) for cell, members in groups.items() if (values := usable(members))}
    if not means:
        return None
    best = max(means, key=lambda cell: sign * means[cell])
    return best, groups[best]


def usable(members: Iterable[Trial]) -> list[float]:
    """Return the values of the trials that have one."""
    return [trial.value for trial in members if trial.value is not None]


def _finite_value(case: Case, fact_id: str) -> float | None:
    fact = case.book.facts.get(fact_id)
    value = fact.value if fact else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
