"""What arms are held against: recorded results, and the runs of the parent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.context.baselines import Baseline, baseline
from agents.context.case import Case
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact, Source
from agents.facts.number_format import FIXED
from agents.facts.subject import arm_subject, baseline_subject, parent_subject, parse_fact_id
from agents.facts.units import unit_of
from agents.statistics import Goal, describe


@dataclass(frozen=True)
class Reference:
    """A known result. `values` are its runs where they are known; `sd` is None and `n` 1 for a single number.

    `key` begins the ids of all that is found against it. `words` is what sentences call it and `slot` the same as a
    template. `files` are those of its runs in this lab, some of which may be the experiment's own runs too.
    """

    key: str
    words: str
    slot: str
    metric: str
    metric_slot: str
    goal: Goal
    mean: float
    sd: float | None
    n: int
    values: tuple[float, ...]
    margin: float | None
    source: Source
    subject: str
    inputs: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    files: frozenset[str] = frozenset()
    is_parent: bool = False


def recorded_references(case: Case) -> Iterator[Reference]:
    """The baselines that concern the experiment."""
    tags = case.spec.get("metadata", {}).get("tags", ())
    ids = map(parse_fact_id, case.book.facts)
    subjects = (fact_id.subject for fact_id in ids if fact_id.prefix == "version")
    data = [subject.name or "" for subject in subjects if subject and subject.kind == "data"]
    for known in case.baselines:
        one = baseline(known)
        if one.concerns(case.experiment_id, tags, data):
            yield _recorded(one, Source(known["file"], known["sha256"]))


def parent_references(case: Case, metric: str, goal: Goal) -> Iterator[Reference]:
    """The parent's arms that have a usable run. Its runs are recorded ones: they were there before."""
    parent = case.book.facts.get("parent.id")
    if parent is None:
        return
    owner = parent_subject(str(parent.value))
    for name, fact in case.book.facts.items():
        subject = parse_fact_id(name).subject
        if subject and subject.owner == owner and name == f"{subject}.level":
            found = _parent_arm(case, str(subject), metric, goal, fact)
            if found is not None:
                yield found


def _parent_arm(case: Case, subject: str, metric: str, goal: Goal, level: Fact) -> Reference | None:
    facts = case.book.facts
    mean = facts.get(f"{subject}.{metric}.mean")
    runs = [facts[name] for name in (mean.inputs if mean else ()) if name in facts]
    values = tuple(float(one.value) for one in runs if isinstance(one.value, int | float))
    if mean is None or not values:
        return None
    found, parent = describe(values), str(facts["parent.id"].value)
    is_whole = subject.endswith(f".{arm_subject({})}")
    return Reference(
        key=f"baseline.{subject}",
        words=f"the parent {parent}" + ("" if is_whole else f" with {level.value}"),
        slot="the parent {{f:parent.id}}" + ("" if is_whole else f" with {{{{f:{subject}.level}}}}"),
        metric=metric,
        metric_slot="{{f:experiment.metric}}",
        goal=goal,
        mean=found.mean,
        sd=found.sd,
        n=found.n,
        values=values,
        margin=_margin(case, metric),
        source=mean.source,
        subject=subject,
        inputs=tuple(one.id for one in runs),
        files=frozenset(one.source.file for one in runs),
        is_parent=True,
    )


def _margin(case: Case, metric: str) -> float | None:
    """The smallest effect that was registered as one that matters; without it nothing is judged."""
    compare: dict[str, Any] = case.spec.get("compare") or {}
    return (compare.get("minimum_effect") or None) if compare.get("metric") == metric else None


def _recorded(one: Baseline, source: Source) -> Reference:
    key = str(baseline_subject(one.name))
    mean, sd, n = _summary(one)
    facts = tuple(_facts(one, key, source, (mean, sd, n)))
    return Reference(
        key=key,
        words=one.title,
        slot=f"{{{{f:{key}.title}}}}",
        metric=one.metric,
        metric_slot=f"{{{{f:{key}.metric}}}}",
        goal=one.goal,
        mean=mean,
        sd=sd,
        n=n,
        values=tuple(one.values or ()),
        margin=one.margin,
        source=source,
        subject=key,
        inputs=tuple(fact.id for fact in facts if fact.id.startswith((f"{key}.mean", f"{key}.sd", f"{key}.run["))),
        facts=facts,
    )


def _summary(one: Baseline) -> tuple[float, float | None, int]:
    if one.values:
        found = describe(one.values)
        return found.mean, found.sd, found.n
    if one.mean is not None and one.n is not None:
        return one.mean, one.sd, one.n
    return float(one.value or 0.0), None, 1


def _facts(one: Baseline, key: str, source: Source, summary: tuple[float, float | None, int]) -> Iterator[Fact]:
    about, unit = FactBuilder(key, key, source, recorded_references), unit_of(one.metric)
    names = FactBuilder(key, "experiment", source, recorded_references)  # words for it, and nothing that was measured
    origin = one.source.text or one.source.url or one.source.cite
    yield names.fact("title", one.title, "text", f"what the baseline {one.name} is called")
    yield names.fact("metric", one.metric, "text", f"metric of the baseline {one.name}")
    yield names.fact("origin", origin, "text", f"where the baseline {one.name} was read or measured")
    runs = _values(about, one.values or (), unit, one.metric)
    yield from runs
    of, inputs = f"recorded {one.metric} of the baseline {one.name}", [run.id for run in runs]
    function = describe if runs else None
    mean, sd, n = summary
    for name, value in (("mean", mean), ("sd", sd)):
        words = "standard deviation" if name == "sd" else "mean" if n > 1 else "value"
        yield about.fact(name, value, unit, f"{words} of the {of}", n=n, inputs=inputs, function=function)
    yield about.fact("n", n, "runs", f"runs behind the {of}", n=n)
    yield about.fact("margin", one.margin, FIXED, f"how far off the {of} still holds")


def _values(about: FactBuilder, values: Sequence[float], unit: str, metric: str) -> list[Fact]:
    return [
        about.fact(f"run[{number}]", value, unit, f"recorded {metric} of run {number} of {about.subject}")
        for number, value in enumerate(values, start=1)
    ]
