"""Group the runs of an experiment by arm, and find the best arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from compiler.base.identity import canonical
from compiler.plan.design import PlannedTest
from compiler.plan.model import PlannedExperiment
from rules.results.run_record import RunRecord
from rules.results.search_results import best_trial, finished_trials


@dataclass(frozen=True)
class ArmRuns:
    """The settings that the runs of an arm share, and their ids without duplicates."""

    level: Mapping[str, Any]
    runs: tuple[str, ...]


def group_by_arm(experiment: PlannedExperiment) -> list[ArmRuns]:
    """Return the arms in the order of the points."""
    levels: dict[bytes, Mapping[str, Any]] = {}
    runs: dict[bytes, dict[str, None]] = {}
    for point in experiment.points:
        level = _level(point.overrides, experiment.design.test)
        levels.setdefault(canonical(level), level)
        runs.setdefault(canonical(level), {})[point.run] = None
    return [ArmRuns(level, tuple(runs[key])) for key, level in levels.items()]


def best_arm(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[str]:
    """Return the runs of the arm with the best mean of the registered metric; of equal arms the first.

    A search without a registered test has no arms, so its best trial is used. If no run has the metric, return all.
    """
    test, search = experiment.design.test, experiment.search
    if test is not None:
        sign = 1 if test.goal == "maximize" else -1
        means = [(mean_metric(arm.runs, runs, test.metric), arm) for arm in group_by_arm(experiment)]
        scores = [(sign * mean, arm) for mean, arm in means if mean is not None]
        return list(max(scores, key=lambda score: score[0])[1].runs) if scores else list(runs)
    best = best_trial(search, finished_trials(search, runs)) if search else None
    return list(dict.fromkeys(best.runs)) if best else list(runs)


def mean_metric(arm: Sequence[str], runs: Mapping[str, RunRecord], metric: str) -> float | None:
    """Return the mean over the runs that have the metric, None if none has."""
    values = [runs[run].metrics[metric] for run in arm if metric in runs[run].metrics]
    return fmean(values) if values else None


def _level(overrides: Mapping[str, Any], test: PlannedTest | None) -> dict[str, Any]:
    """Return the value of the compared factor; without a test, everything that is swept except the seed."""
    if test:
        return {test.factor: overrides.get(test.factor)}
    return {key: value for key, value in overrides.items() if key != "seed"}
