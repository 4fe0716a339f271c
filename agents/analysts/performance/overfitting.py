"""Detect overfitting, which needs the training loss and the evaluation loss of a run."""

from __future__ import annotations

from collections.abc import Iterator

from agents.analysts.performance import anomaly_detectors as detectors
from agents.analysts.performance.anomaly_kinds import AnomalyKind
from agents.analysts.performance.metric_series import EpochCurve, epoch_curve, logged_metrics, series_of
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import series_fact
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series

_CLAUSE = "METRIC and the training loss have slopes of opposite sign over the closing part, as in overfitting"
OVERFITTING = AnomalyKind("overfitting", _CLAUSE)


def overfitting_facts(case: Case, arm: ArmRuns) -> tuple[str | None, list[Fact]]:
    """Return the evaluation loss and one fact for each run of the arm. Without both losses, there are none."""
    metrics = logged_metrics(case)
    if metrics.train_loss is None or metrics.eval_loss is None:
        return None, []
    pairs = _curve_pairs(case, arm, metrics.train_loss, metrics.eval_loss)
    return metrics.eval_loss, [_run_fact(*pair) for pair in pairs]


def _curve_pairs(
    case: Case, arm: ArmRuns, train_loss: str, eval_loss: str
) -> Iterator[tuple[EpochCurve, EpochCurve, Series]]:
    """Yield training curve, evaluation curve and evaluation series of the runs that have enough epochs."""
    train_by_run = {series.subject: series for series in series_of(case, train_loss, arm.runs)}
    for evaluation in series_of(case, eval_loss, arm.runs):
        if evaluation.subject in train_by_run:
            curves = epoch_curve(train_by_run[evaluation.subject]), epoch_curve(evaluation)
            if min(len(curve.values) for curve in curves) >= detectors.LEAST_POINTS:
                yield (*curves, evaluation)


def _run_fact(train: EpochCurve, evaluation: EpochCurve, series: Series) -> Fact:
    name = f"performance.{series.subject}.{series.metric}.overfitting"
    value = detectors.overfits(train.values, evaluation.values)
    return series_fact(name, value, "", f"overfitting by {series.metric}", series, detectors.overfits)
