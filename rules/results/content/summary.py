"""Summaries of the metrics in `results.json`: by arm, the best arm and run, and the time of all trainings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class MetricSummary:
    """The mean, standard deviation and number of values of a metric. `sd` is None for a single value."""

    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class ArmSummary:
    """An arm with the numbers of its completed and failed runs."""

    level: Mapping[str, Any]
    n: int
    failed: int
    metrics: Mapping[str, MetricSummary]


@dataclass(frozen=True)
class BestArm:
    level: Mapping[str, Any]
    mean: float
    sd: float | None
    n: int


@dataclass(frozen=True)
class BestValue:
    """The best value of a metric, and the setting and the run that have it."""

    value: float
    setting: Mapping[str, Any]
    run: str


@dataclass(frozen=True)
class TrainingTime:
    """The sum over all runs, in seconds and as text such as `2h 15m`."""

    seconds: float
    text: str


@dataclass(frozen=True)
class SummaryMetrics:
    """All arms, and the best arm and the best run by `metric`. Both are None if no run has that metric.

    In the file, `best_value` has the name of the metric: `best_accuracy`.
    """

    metric: str
    arms: tuple[ArmSummary, ...]
    best: BestArm | None
    best_value: BestValue | None = None
    total_training_time: TrainingTime = TrainingTime(0.0, "0s")
