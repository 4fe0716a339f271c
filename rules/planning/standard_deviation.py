"""Estimate the standard deviation between runs that differ only in the seed, from finished runs."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from agents.facts.ids import label
from agents.statistics import describe
from compiler.base.paths import Lab
from compiler.base.seed import SEED
from compiler.plan.model import PlannedExperiment
from rules.results.run_record import RunRecord, read_runs


@dataclass(frozen=True)
class StandardDeviation:
    """The standard deviation between runs by metric, and where it comes from."""

    by_metric: Mapping[str, float]
    source: str


def stated(sd: float, metrics: Collection[str], source: str) -> StandardDeviation:
    """Return one standard deviation for all metrics."""
    return StandardDeviation(dict.fromkeys(metrics, sd), source)


def measured(lab: Lab, experiment: PlannedExperiment, metrics: Collection[str]) -> StandardDeviation | None:
    """Return the pooled standard deviation of the finished runs of an experiment.

    The variances within each setting are pooled. Returns None if no setting has two finished runs, or if they do not
    vary.
    """
    records = read_runs(lab, experiment.runs)
    settings = _runs_by_setting(experiment)
    by_metric: dict[str, float] = {}
    runs = 0
    for metric in metrics:
        groups = [values for ids in settings.values() if len(values := _values(ids, records, metric)) > 1]
        degrees = sum(len(values) - 1 for values in groups)
        squares = sum((len(values) - 1) * (describe(values).sd or 0.0) ** 2 for values in groups)
        if not squares:
            return None
        by_metric[metric], runs = math.sqrt(squares / degrees), sum(map(len, groups))
    return StandardDeviation(by_metric, f"{runs} finished runs of {experiment.id}, within equal settings")


def mean_seconds(lab: Lab, experiment: PlannedExperiment) -> float | None:
    """Return the mean duration of the finished runs of an experiment, None if there are none."""
    durations = [
        record.status.duration_seconds
        for record in read_runs(lab, experiment.runs).values()
        if record.is_completed and record.status.duration_seconds is not None
    ]
    return sum(durations) / len(durations) if durations else None


def _runs_by_setting(experiment: PlannedExperiment) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Return the runs of each setting: of all overrides of a point except its seed."""
    runs: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for point in experiment.points:
        setting = tuple(sorted(_labels(point.overrides).items()))
        if point.run not in runs.setdefault(setting, []):
            runs[setting].append(point.run)
    return runs


def _labels(overrides: Mapping[str, Any]) -> dict[str, str]:
    return {key: label(value) for key, value in overrides.items() if key != SEED}


def _values(run_ids: Collection[str], records: Mapping[str, RunRecord], metric: str) -> list[float]:
    return [records[run].metrics[metric] for run in run_ids if metric in records[run].metrics]
