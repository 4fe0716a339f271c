"""Compute the generalisation gap: the difference between training and evaluation, and between evaluation and test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.list_by_arm import average_suffix, fact_ids, list_by_arm
from agents.analysts.performance.metric_series import (
    epoch_curve,
    is_loss,
    logged_metrics,
    metric_name_facts,
    metric_name_id,
    series_of,
    tested_metric,
)
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.derived_facts import derived_fact, difference, mean_fact, series_fact
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.facts.fact import Fact, by_id

_CAUTION = (
    "The training loss is an average over an epoch during which the weights change, with dropout active where the "
    "model has it; the evaluation loss is measured at the end of the epoch. A small generalisation gap of either sign "
    "is therefore not evidence of overfitting or underfitting."
)


def generalisation(case: Case, arms: Sequence[ArmRuns]) -> Part:
    metrics = logged_metrics(case)
    final_values = _final_values(case, arms, metrics.names)
    gaps = _loss_gaps(final_values, arms, metrics.train_loss, metrics.eval_loss)
    gaps += _test_gaps(case, final_values, arms, metrics.eval_metric)
    if not gaps:
        why = "This needs training loss and evaluation loss, or a metric on both the evaluation and the test split."
        return Part(not_estimated=(NotEstimated(what="The generalisation gap", why=why),))
    facts = {fact.id: fact for fact in (*final_values.values(), *gaps)}
    means = [mean for arm in arms for mean in _means(arm, facts, metrics.names)]
    findings = list(_findings(prominent(case, arms), by_id(means), metrics.eval_metric))
    if any(gap.id.endswith(".loss_gap") for gap in gaps):
        findings.append(Finding(id="loss-gap-caution", kind="limitation", text=_CAUTION))
    return Part((*metric_name_facts(case, metrics.names), *facts.values(), *means), tuple(findings))


def mean_id(subject: str, quantity: str) -> str:
    """Return the id of a mean over an arm. `quantity` is `loss_gap`, `test_gap` or `METRIC.last`."""
    return f"performance.{subject}.{quantity}.mean"


def _final_values(case: Case, arms: Sequence[ArmRuns], metrics: Sequence[str]) -> dict[str, Fact]:
    """Return the final value of every series, by id."""
    runs = [run for arm in arms for run in arm.runs]
    facts = {}
    for metric in metrics:
        for series in series_of(case, metric, runs):
            name = f"performance.{series.subject}.{metric}.last"
            logged = case.book.facts.get(f"{series.subject}.{metric}")
            unit, value = logged.unit if logged else "", epoch_curve(series).values[-1]
            facts[name] = series_fact(name, value, unit, f"last {metric}", series, epoch_curve)
    return facts


def _gap(run: str, quantity: str, label: str, first: Fact | None, second: Fact | None) -> list[Fact]:
    """Return the difference of two facts of a run as a fact, an empty list if one of them has no number."""
    if first is None or second is None or difference(first, second) is None:
        return []
    name = f"performance.{run}.{quantity}"
    return [derived_fact(name, difference(first, second), first.unit, label, run, (first, second), difference)]


def _loss_gaps(
    final_values: Mapping[str, Fact], arms: Sequence[ArmRuns], train: str | None, evaluation: str | None
) -> list[Fact]:
    label = "last evaluation loss minus last training loss"
    return [
        gap
        for arm in arms
        for run in arm.runs
        for gap in _gap(
            run, "loss_gap", label, _final_value(final_values, run, evaluation), _final_value(final_values, run, train)
        )
    ]


def _test_gaps(case: Case, final_values: Mapping[str, Fact], arms: Sequence[ArmRuns], metric: str | None) -> list[Fact]:
    tested = tested_metric(case)
    if metric is None or is_loss(metric) or metric == tested:
        return []
    label = f"last {metric} minus {tested} of the test"
    return [
        gap
        for arm in arms
        for run in arm.runs
        for gap in _gap(
            run, "test_gap", label, _final_value(final_values, run, metric), case.book.facts.get(f"{run}.{tested}")
        )
    ]


def _final_value(final_values: Mapping[str, Fact], run: str, metric: str | None) -> Fact | None:
    return final_values.get(f"performance.{run}.{metric}.last")


def _means(arm: ArmRuns, facts: Mapping[str, Fact], metrics: Sequence[str]) -> list[Fact]:
    quantities = ["loss_gap", "test_gap", *(f"{metric}.last" for metric in metrics)]
    means = [
        mean_fact(mean_id(arm.subject, name), f"mean {name}", arm.subject, arm.of(facts, name, "performance."))
        for name in quantities
    ]
    return [mean for mean in means if mean is not None]


def _findings(arms: Sequence[ArmRuns], means: Mapping[str, Fact], metric: str | None) -> Iterator[Finding]:
    """Yield one sentence for each kind of gap, over all arms."""
    gaps = {"loss_gap": "the evaluation loss minus the training loss"}
    if metric is not None:
        gaps["test_gap"] = f"{{{{f:{metric_name_id(metric)}}}}} minus its value on the test split"
    for kind, gap in gaps.items():
        by_arm = {arm: means[name] for arm in arms if (name := mean_id(arm.subject, kind)) in means}
        if by_arm:
            names = (metric_name_id(metric),) if metric is not None and kind == "test_gap" else ()
            text = f"At the end of training, {gap} was{average_suffix(by_arm)} {list_by_arm(by_arm)}."
            yield Finding(id=f"{kind.replace('_', '-')}s", text=text, facts=(*fact_ids(by_arm), *names))
