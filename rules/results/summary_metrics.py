"""Summarise the metrics of each arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from compiler.plan.model import PlannedExperiment
from rules.results.arms import group_by_arm
from rules.results.experiment_results import ArmSummary, BestArm, MetricSummary, SummaryMetrics
from rules.results.run_record import RunRecord


def summarise_metrics(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> SummaryMetrics:
    """Rank the arms by the metric of the registered test or of the search, else by accuracy."""
    objective = experiment.design.test or experiment.search
    metric, goal = (objective.metric, objective.goal) if objective else ("accuracy", "maximize")
    arms = tuple(_summarise_arm(arm.levels, [runs[run] for run in arm.runs]) for arm in group_by_arm(experiment))
    return SummaryMetrics(metric, arms, _best(arms, metric, -1 if goal == "minimize" else 1))


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
