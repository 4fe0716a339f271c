"""Group the runs of an experiment by arm, and find the best arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from agents.registered_test.runs_by_arm import RunsOfArm, runs_by_arm
from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import PlannedExperiment
from rules.results.run_record import RunRecord
from rules.results.search_results import best_trial, finished_trials


def group_by_arm(experiment: PlannedExperiment) -> list[RunsOfArm[str]]:
    """Return the run ids of each arm. Points that do not set the compared factor form a separate arm."""
    test = experiment.design.test
    factor = test.factor if test else None

    def overrides(point: PlannedPoint) -> Mapping[str, Any]:
        return point.overrides if factor is None else {factor: None, **point.overrides}

    arms = runs_by_arm(experiment.points, factor, overrides, run_id=lambda point: point.run)
    return [RunsOfArm(arm.levels, tuple(point.run for point in arm.runs)) for arm in arms]


def best_arm(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[str]:
    """Return the runs of the arm with the best mean of the registered metric, the first of equal arms.

    A search without a registered test has no arms, so its best trial is used. If no run has the metric, return all.
    """
    test, search = experiment.design.test, experiment.search
    if test is not None:
        sign = 1 if test.goal == "maximize" else -1
        means = [(_mean(arm.runs, runs, test.metric), arm) for arm in group_by_arm(experiment)]
        scores = [(sign * mean, arm) for mean, arm in means if mean is not None]
        return list(max(scores, key=lambda score: score[0])[1].runs) if scores else list(runs)
    best = best_trial(search, finished_trials(search, runs)) if search else None
    return list(dict.fromkeys(best.runs)) if best else list(runs)


def _mean(arm: Sequence[str], runs: Mapping[str, RunRecord], metric: str) -> float | None:
    """Return the mean over the runs that have the metric, None if none has."""
    values = [runs[run].metrics[metric] for run in arm if metric in runs[run].metrics]
    return fmean(values) if values else None
