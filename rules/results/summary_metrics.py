"""Summarise the metrics of each arm, the best run, and the time that all runs took."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from compiler.plan.model import PlannedExperiment
from rules.results.arms import group_by_arm
from rules.results.content.summary import ArmSummary, BestArm, BestValue, MetricSummary, SummaryMetrics, TrainingTime
from rules.results.run_record import RunRecord


def summarise_metrics(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> SummaryMetrics:
    """Rank the arms by the metric of the registered test or of the search, else by accuracy."""
    objective = experiment.design.test or experiment.search
    metric, goal = (objective.metric, objective.goal) if objective else ("accuracy", "maximize")
    sign = -1 if goal == "minimize" else 1
    arms = tuple(_summarise_arm(arm.levels, [runs[run] for run in arm.runs]) for arm in group_by_arm(experiment))
    best_value = _best_value(experiment, runs, metric, sign)
    return SummaryMetrics(metric, arms, _best(arms, metric, sign), best_value, training_time(runs.values()))


def training_time(runs: Iterable[RunRecord]) -> TrainingTime:
    """Return the time that all runs took, those that failed included."""
    seconds = sum(run.status.duration_seconds or 0.0 for run in runs)
    return TrainingTime(seconds, duration_text(seconds))


def duration_text(seconds: float) -> str:
    """Return hours and minutes, minutes and seconds, or seconds alone: `2h 15m`, `3m 20s`, `45s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {rest}s" if minutes else f"{rest}s"


def _best_value(
    experiment: PlannedExperiment, runs: Mapping[str, RunRecord], metric: str, sign: int
) -> BestValue | None:
    """Return the best value of the metric in a run, the first of equal ones; None if no run has the metric."""
    measured = [point for point in experiment.points if metric in runs[point.run].metrics]
    if not measured:
        return None
    best = max(measured, key=lambda point: sign * runs[point.run].metrics[metric])
    return BestValue(runs[best.run].metrics[metric], dict(best.overrides), best.run)


def _best(arms: Sequence[ArmSummary], metric: str, sign: int) -> BestArm | None:
    measured = [arm for arm in arms if metric in arm.metrics]
    if not measured:
        return None
    best = max(measured, key=lambda arm: sign * arm.metrics[metric].mean)
    summary = best.metrics[metric]
    return BestArm(best.level, summary.mean, summary.sd, summary.n)


def _summarise_arm(level: Mapping[str, Any], runs: Sequence[RunRecord]) -> ArmSummary:
    names = sorted({name for run in runs for name in run.metrics})
    completed = sum(run.is_completed for run in runs)
    metrics = {name: _summarise([run.metrics[name] for run in runs if name in run.metrics]) for name in names}
    return ArmSummary(dict(level), completed, len(runs) - completed, metrics)


def _summarise(values: Sequence[float]) -> MetricSummary:
    return MetricSummary(fmean(values), stdev(values) if len(values) > 1 else None, len(values))
