"""Overfitting, which takes two courses of a run: training and evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from agents.analysts.performance import anomaly_detectors as anomalies
from agents.analysts.performance.anomaly_kinds import AnomalyKind, has_diverged
from agents.analysts.performance.metric_series import EpochCurve, epoch_curve, logged_metrics, series_of
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import series_fact
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series

Told = Callable[[ArmRuns, Sequence[Fact], str, AnomalyKind], Part]
_WORDS = "METRIC and the training loss have slopes of opposite sign over the closing part, as in overfitting"
OVERFITTING = AnomalyKind("overfitting", _WORDS, has_diverged)


def overfitting(case: Case, arms: Sequence[ArmRuns], told: Told) -> Part:
    """`told` makes findings of what was seen in the runs of an arm."""
    found = logged_metrics(case)
    if found.train_loss is None or found.eval_loss is None:
        return Part()
    runs = {arm: [_of_run(*pair) for pair in _pairs(case, arm, found.train_loss, found.eval_loss)] for arm in arms}
    return join_parts(told(arm, facts, found.eval_loss, OVERFITTING) for arm, facts in runs.items())


def _pairs(case: Case, arm: ArmRuns, train: str, evaluation: str) -> Iterator[tuple[EpochCurve, EpochCurve, Series]]:
    """By epoch, of the runs that have epochs enough."""
    ours = {one.subject: one for one in series_of(case, train, arm.runs)}
    for theirs in series_of(case, evaluation, arm.runs):
        if theirs.subject in ours:
            pair = epoch_curve(ours[theirs.subject]), epoch_curve(theirs)
            if min(len(each.values) for each in pair) >= anomalies.LEAST_POINTS:
                yield (*pair, theirs)


def _of_run(train: EpochCurve, evaluation: EpochCurve, series: Series) -> Fact:
    name = f"performance.{series.subject}.{series.metric}.overfitting"
    value = anomalies.overfits(train.values, evaluation.values)
    return series_fact(name, value, "", f"overfitting by {series.metric}", series, anomalies.overfits)
