"""Read the recorded results of `conf/baseline/` as references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from agents.analysts.baselines.reference import Reference
from agents.context.baselines import Baseline
from agents.context.case import Case
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.number_format import FIXED
from agents.facts.subject import baseline_subject, parse_fact_id
from agents.facts.units import unit_of
from agents.statistics import describe


class _Summary(NamedTuple):
    """Mean, standard deviation and number of the runs of a baseline."""

    mean: float
    sd: float | None
    n: int


def recorded_references(case: Case) -> Iterator[Reference]:
    """Yield the baselines that apply to the experiment."""
    tags = case.spec.get("metadata", {}).get("tags", ())
    ids = map(parse_fact_id, case.book.facts)
    subjects = (fact_id.subject for fact_id in ids if fact_id.prefix == "version")
    data = [subject.name or "" for subject in subjects if subject and subject.kind == "data"]
    for recorded in case.baselines:
        result = recorded.baseline
        if result.applies(case.experiment_id, tags, data):
            yield _reference(result, recorded.source)


def _reference(result: Baseline, source: Source) -> Reference:
    key, summary = str(baseline_subject(result.name)), _summary(result)
    facts = tuple(_facts(result, key, source, summary))
    measured = (f"{key}.mean", f"{key}.sd", f"{key}.run[")
    return Reference(
        key=key,
        name=result.title,
        placeholder=f"{{{{f:{key}.title}}}}",
        metric=result.metric,
        goal=result.goal,
        mean=summary.mean,
        sd=summary.sd,
        n=summary.n,
        values=tuple(result.values or ()),
        margin=result.margin,
        source=source,
        subject=key,
        inputs=tuple(fact.id for fact in facts if fact.id.startswith(measured)),
        facts=facts,
    )


def _summary(result: Baseline) -> _Summary:
    if result.values:
        described = describe(result.values)
        return _Summary(described.mean, described.sd, described.n)
    if result.mean is not None and result.n is not None:
        return _Summary(result.mean, result.sd, result.n)
    return _Summary(float(result.value or 0.0), None, 1)


def _facts(result: Baseline, key: str, source: Source, summary: _Summary) -> Iterator[Fact]:
    """Yield title, metric and origin as texts about the experiment, and the measured values of the baseline."""
    texts = FactBuilder(key, "experiment", source, recorded_references)
    origin = result.source.text or result.source.url or result.source.cite
    yield texts.fact("title", result.title, "text", f"title of the baseline {result.name}")
    yield texts.fact("metric", result.metric, "text", f"metric of the baseline {result.name}")
    yield texts.fact("origin", origin, "text", f"where the baseline {result.name} was read or measured")
    yield from _measured_facts(result, FactBuilder(key, key, source, recorded_references), summary)


def _measured_facts(result: Baseline, facts: FactBuilder, summary: _Summary) -> Iterator[Fact]:
    unit, recorded = unit_of(result.metric), f"recorded {result.metric} of the baseline {result.name}"
    runs = [
        facts.fact(f"run[{number}]", value, unit, f"recorded {result.metric} of run {number} of {facts.subject}")
        for number, value in enumerate(result.values or (), start=1)
    ]
    yield from runs
    inputs, function = [run.id for run in runs], describe if runs else None
    for name, value, statistic in (
        ("mean", summary.mean, "mean" if summary.n > 1 else "value"),
        ("sd", summary.sd, "standard deviation"),
    ):
        label = f"{statistic} of the {recorded}"
        yield facts.fact(name, value, unit, label, n=summary.n, inputs=inputs, function=function)
    yield facts.fact("n", summary.n, "runs", f"runs of the {recorded}", n=summary.n)
    yield facts.fact("margin", result.margin, FIXED, f"margin of a comparison with the {recorded}")
