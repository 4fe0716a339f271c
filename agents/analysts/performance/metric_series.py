"""Select the metric series that describe a training, and average them by epoch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Literal

from agents.analysts.shared.derived_facts import series_fact
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.series import Series
from compiler.base.metric_split import Split, parse_metric

_LOSS = "loss"
_ENDINGS = re.compile(r"_(?:epoch|step)$")
_SPLITS: dict[Split | None, int] = {"validation": 0, None: 1}  # of a metric that is selected for evaluation


@dataclass(frozen=True)
class EpochCurve:
    """One value for each epoch. Epochs are counted from 1."""

    epochs: tuple[int, ...]
    values: tuple[float, ...]


def epoch_curve(series: Series) -> EpochCurve:
    """Return the mean of the series in each epoch."""
    by_epoch: dict[int, list[float]] = {}
    for epoch, value in zip(series.epochs, series.values, strict=True):
        by_epoch.setdefault(epoch, []).append(value)
    return EpochCurve(tuple(by_epoch), tuple(fmean(values) for values in by_epoch.values()))


@dataclass(frozen=True)
class LoggedMetrics:
    """The metrics to draw, by role. A role is None if no run logged a metric for it in several epochs."""

    train_loss: str | None
    eval_loss: str | None
    eval_metric: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.eval_metric, self.eval_loss, self.train_loss) if name))


def logged_metrics(case: Case) -> LoggedMetrics:
    """Return the logged metrics by role.

    The role follows from the quantity in the name of a metric, and from its split: the one that the spec declares, or
    else the one in the name.
    """
    declared: Mapping[str, Split] = case.spec.get("metric_splits") or {}

    def split(name: str) -> Split | None:
        return declared.get(name) or parse_metric(name).split

    logged = sorted({series.metric for series in case.series if len(set(series.epochs)) > 1})
    tested = parse_metric(tested_metric(case)).quantity
    eval_loss = _best(logged, lambda name: split(name) == "validation" and _rank_of_loss(name))
    train_loss = _best(logged, lambda name: split(name) in ("train", None) and _rank_of_loss(name))
    eval_metric = _best(logged, lambda name: _quantity(name) == tested and _rank_of_split(name, split(name)))
    return LoggedMetrics(train_loss=train_loss, eval_loss=eval_loss, eval_metric=eval_metric or eval_loss)


def tested_metric(case: Case) -> str:
    """Return the metric of the experiment, by its name on the test split."""
    fact = case.book.facts.get("experiment.metric")
    return str(fact.value) if fact and fact.value else "accuracy"


def series_of(case: Case, metric: str | None, runs: Iterable[str]) -> list[Series]:
    """Return the series of the metric in the order of the runs, without runs that did not log it."""
    by_run = {series.subject: series for series in case.series if series.metric == metric}
    return [by_run[run] for run in runs if run in by_run]


def is_loss(metric: str) -> bool:
    return parse_metric(metric).is_loss


def metric_name_id(metric: str) -> str:
    return f"performance.series[{metric}].name"


def metric_name_facts(case: Case, metrics: Sequence[str]) -> tuple[Fact, ...]:
    """Return the names of metrics as facts, so that a text can insert a name with a digit."""
    by_metric = {series.metric: series for series in reversed(case.series)}
    return tuple(_metric_name_fact(by_metric[metric]) for metric in metrics if metric in by_metric)


def _metric_name_fact(series: Series) -> Fact:
    name, label = metric_name_id(series.metric), "the name of a logged metric"
    return replace(series_fact(name, series.metric, "text", label, series, metric_name_facts), subject="experiment")


def _best(names: Sequence[str], rank: Callable[[str], tuple[int, ...] | Literal[False]]) -> str | None:
    """Return the name with the lowest rank, None if no name has one."""
    ranked = [(place, name) for name in names if (place := rank(name))]
    return min(ranked)[1] if ranked else None


def _rank_of_loss(name: str) -> tuple[int, ...] | Literal[False]:
    """Prefer the loss itself to its parts, such as `ce_loss`, and epoch means to the values of steps."""
    if not is_loss(name):
        return False
    return (int(_quantity(name) != _LOSS), int(name.endswith("_step")), len(name))


def _rank_of_split(name: str, split: Split | None) -> tuple[int, ...] | Literal[False]:
    """Prefer the validation to a metric without a split. The training has no role here."""
    place = _SPLITS.get(split)
    return False if place is None else (place, int(name.endswith("_step")), len(name))


def _quantity(name: str) -> str:
    return _ENDINGS.sub("", parse_metric(name).quantity)
