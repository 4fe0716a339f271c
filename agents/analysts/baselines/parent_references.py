"""Read the arms of the parent experiment as references."""

from __future__ import annotations

from collections.abc import Iterator

from agents.analysts.baselines.reference import Reference
from agents.context.case import Case
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, parent_subject, parse_fact_id
from agents.statistics import Goal, describe


def parent_references(case: Case, metric: str, goal: Goal) -> Iterator[Reference]:
    """Yield the arms of the parent that have a usable run."""
    parent = case.book.facts.get("parent.id")
    if parent is None:
        return
    owner = parent_subject(str(parent.value))
    for name, level in case.book.facts.items():
        subject = parse_fact_id(name).subject
        if subject and subject.owner == owner and name == f"{subject}.level":
            yield from _parent_arm(case, str(subject), metric, goal, level)


def _parent_arm(case: Case, subject: str, metric: str, goal: Goal, level: Fact) -> Iterator[Reference]:
    facts = case.book.facts
    mean = facts.get(f"{subject}.{metric}.mean")
    runs = [facts[name] for name in (mean.inputs if mean else ()) if name in facts]
    values = tuple(float(run.value) for run in runs if isinstance(run.value, int | float))
    if mean is None or not values:
        return
    summary, parent = describe(values), str(facts["parent.id"].value)
    has_one_arm = subject.endswith(f".{arm_subject({})}")
    yield Reference(
        key=f"baseline.{subject}",
        name=f"the parent {parent}" + ("" if has_one_arm else f" with {level.value}"),
        placeholder="the parent {{f:parent.id}}" + ("" if has_one_arm else f" with {{{{f:{subject}.level}}}}"),
        metric=metric,
        goal=goal,
        mean=summary.mean,
        sd=summary.sd,
        n=summary.n,
        values=values,
        margin=_margin(case, metric),
        source=mean.source,
        subject=subject,
        inputs=tuple(run.id for run in runs),
        files=frozenset(run.source.file for run in runs),
        is_parent=True,
    )


def _margin(case: Case, metric: str) -> float | None:
    """Return the registered minimum effect as the margin, None if there is none for this metric."""
    return (case.test.minimum_effect or None) if case.test and case.test.metric == metric else None
