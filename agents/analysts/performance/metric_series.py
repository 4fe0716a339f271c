"""The courses of training: which series are losses, which is the evaluation, and how one looks by epoch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from agents.analysts.shared.derived_facts import series_fact
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series

_EVALUATION = ("eval_", "val_", "validation_")


@dataclass(frozen=True)
class EpochCurve:
    """One value for each epoch, epochs counted from 1."""

    epochs: tuple[int, ...]
    values: tuple[float, ...]


def epoch_curve(series: Series) -> EpochCurve:
    """By epoch, the mean where there are several values."""
    by_epoch: dict[int, list[float]] = {}
    for epoch, value in zip(series.epochs, series.values, strict=True):
        by_epoch.setdefault(epoch, []).append(value)
    return EpochCurve(tuple(by_epoch), tuple(fmean(values) for values in by_epoch.values()))


@dataclass(frozen=True)
class LoggedMetrics:
    """The metrics worth drawing, by role; None where no run logged one at more epochs than its last."""

    train_loss: str | None
    eval_loss: str | None
    eval_metric: str | None

    @property
    def every(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.eval_metric, self.eval_loss, self.train_loss) if name))


def logged_metrics(case: Case) -> LoggedMetrics:
    """By the names that the engine's models log, and Lightning's own."""
    logged = {one.metric for one in case.series if len(set(one.epochs)) > 1}
    metric = tested_metric(case).removeprefix("test_")
    loss = _known(logged, [f"{prefix}loss" for prefix in _EVALUATION])
    return LoggedMetrics(
        train_loss=_known(logged, ["train_loss", "loss"]),
        eval_loss=loss,
        eval_metric=_known(logged, [*(f"{prefix}{metric}" for prefix in _EVALUATION), metric]) or loss,
    )


def tested_metric(case: Case) -> str:
    """The metric that the experiment is about, as its runs call it on the test split."""
    fact = case.book.facts.get("experiment.metric")
    return str(fact.value) if fact and fact.value else "accuracy"


def series_of(case: Case, metric: str | None, runs: Iterable[str]) -> list[Series]:
    """In the order of the runs; a run that did not log the metric has none."""
    found = {one.subject: one for one in case.series if one.metric == metric}
    return [found[run] for run in runs if run in found]


def is_loss(metric: str) -> bool:
    return metric.removesuffix("_epoch").removesuffix("_step").rpartition("_")[2] == "loss"


def metric_name_id(metric: str) -> str:
    return f"performance.series[{metric}].name"


def metric_name_facts(case: Case, metrics: Sequence[str]) -> tuple[Fact, ...]:
    """Names of metrics as facts, so that a text can name one that has digits in it."""
    first = {one.metric: one for one in reversed(case.series)}
    return tuple(_name(first[metric]) for metric in metrics if metric in first)


def _name(series: Series) -> Fact:
    named = series_fact(
        metric_name_id(series.metric), series.metric, "text", "the name of a logged metric", series, metric_name_facts
    )
    return replace(named, subject="experiment")


def _known(names: set[str], wanted: Sequence[str]) -> str | None:
    return next((name for name in wanted if name in names), None)
