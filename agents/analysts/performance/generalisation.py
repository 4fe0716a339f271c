"""The generalisation gap: how far what was trained on and what was not end from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.metric_series import (
    epoch_curve,
    is_loss,
    logged_metrics,
    metric_name_facts,
    metric_name_id,
    series_of,
    tested_metric,
)
from agents.analysts.performance.sentence_by_arm import average_suffix, fact_ids, list_by_arm
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.derived_facts import derived_fact, difference, mean_fact, series_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.facts.fact import Fact, by_id

_CAUTION = (
    "The training loss is a mean over an epoch while the weights still move, and with dropout where there is any; the "
    "evaluation loss is taken at the end of the epoch. A small gap of either sign is therefore no sign of anything."
)


def generalisation(case: Case, arms: Sequence[ArmRuns]) -> Part:
    found = logged_metrics(case)
    ends = _ends(case, arms, found.every)
    gaps = _loss_gaps(ends, arms, found.train_loss, found.eval_loss)
    gaps += _test_gaps(case, ends, arms, found.eval_metric)
    if not gaps:
        why = "It takes a training loss beside an evaluation loss, or a metric both of evaluation and of test."
        return Part(not_estimated=(NotEstimated(what="The generalisation gap", why=why),))
    known = {each.id: each for each in (*ends.values(), *gaps)}
    means = [mean for arm in arms for mean in _means(arm, known, found.every)]
    told = prominent(case, arms)
    findings = list(_findings(told, by_id(means), found.eval_metric))
    if any(each.id.endswith(".loss_gap") for each in gaps):
        findings.append(Finding(id="loss-gap-caution", kind="limitation", text=_CAUTION))
    return Part((*metric_name_facts(case, found.every), *known.values(), *means), tuple(findings))


def mean_id(subject: str, what: str) -> str:
    """`what` is `loss_gap`, `test_gap` or the `METRIC.last` of a course."""
    return f"performance.{subject}.{what}.mean"


def _ends(case: Case, arms: Sequence[ArmRuns], metrics: Sequence[str]) -> dict[str, Fact]:
    """The last value of every course, by id."""
    runs = [run for arm in arms for run in arm.runs]
    found = {}
    for metric in metrics:
        for series in series_of(case, metric, runs):
            name = f"performance.{series.subject}.{metric}.last"
            unit = _unit(case, series.subject, metric)
            found[name] = series_fact(name, epoch_curve(series).values[-1], unit, f"last {metric}", series, epoch_curve)
    return found


def _unit(case: Case, run: str, metric: str) -> str:
    fact = case.book.facts.get(f"{run}.{metric}")
    return fact.unit if fact else ""


def _gap(run: str, what: str, label: str, first: Fact | None, second: Fact | None) -> list[Fact]:
    if first is None or second is None or difference(first, second) is None:
        return []
    name = f"performance.{run}.{what}"
    return [derived_fact(name, difference(first, second), first.unit, label, run, (first, second), difference)]


def _loss_gaps(ends: Mapping[str, Fact], arms: Sequence[ArmRuns], train: str | None, eval_: str | None) -> list[Fact]:
    label = "last evaluation loss minus last training loss"
    return [
        gap
        for arm in arms
        for run in arm.runs
        for gap in _gap(run, "loss_gap", label, _end(ends, run, eval_), _end(ends, run, train))
    ]


def _test_gaps(case: Case, ends: Mapping[str, Fact], arms: Sequence[ArmRuns], metric: str | None) -> list[Fact]:
    tested = tested_metric(case)
    if metric is None or is_loss(metric) or metric == tested:
        return []
    label = f"last {metric} minus {tested} of the test"
    return [
        gap
        for arm in arms
        for run in arm.runs
        for gap in _gap(run, "test_gap", label, _end(ends, run, metric), case.book.facts.get(f"{run}.{tested}"))
    ]


def _end(ends: Mapping[str, Fact], run: str, metric: str | None) -> Fact | None:
    return ends.get(f"performance.{run}.{metric}.last")


def _means(arm: ArmRuns, known: Mapping[str, Fact], metrics: Sequence[str]) -> list[Fact]:
    whats = ["loss_gap", "test_gap", *(f"{metric}.last" for metric in metrics)]
    found = [
        mean_fact(mean_id(arm.subject, what), f"mean {what}", arm.subject, arm.of(known, what, "performance."))
        for what in whats
    ]
    return [each for each in found if each is not None]


def _findings(arms: Sequence[ArmRuns], known: Mapping[str, Fact], metric: str | None) -> Iterator[Finding]:
    """A sentence for each gap, over all arms."""
    gaps = {"loss_gap": "the evaluation loss minus the training loss"}
    if metric is not None:
        gaps["test_gap"] = f"{{{{f:{metric_name_id(metric)}}}}} minus its counterpart on the test split"
    for what, told in gaps.items():
        means = {arm: known[name] for arm in arms if (name := mean_id(arm.subject, what)) in known}
        if means:
            name_ids = (metric_name_id(metric),) if metric is not None and what == "test_gap" else ()
            text = f"At the end of training {told} came{average_suffix(means)} to {list_by_arm(means)}."
            yield Finding(id=f"{what.replace('_', '-')}s", text=text, facts=(*fact_ids(means), *name_ids))
