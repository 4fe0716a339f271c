"""Extract the means of the arms over the runs that the registered test rests on, if these are not all runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.arms import summary
from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group, arms
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject

PREFIX = "test"


def tested_arm_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield mean, sd, extremes and n of each tested arm. Their ids begin with `test.arm[…]`.

    The facts of `arm[…]` cover all runs. If the registered test rests on fewer, a text about it needs other means.
    """
    if not has_tested_arms(evidence):
        return
    for arm in arms(evidence.tested_runs, evidence.factor):
        subject = str(arm_subject(arm.levels))
        builder = FactBuilder(f"{PREFIX}.{subject}", subject, evidence.results.source, tested_arm_facts)
        yield from _arm_facts(builder, arm, _metrics(evidence))


def has_tested_arms(evidence: Evidence) -> bool:
    """Return whether the registered test rests on fewer runs than the experiment has."""
    return evidence.comparison is not None and len(evidence.tested_runs) < len(evidence.runs)


def _arm_facts(builder: FactBuilder, arm: Group, metrics: Sequence[str]) -> Iterator[Fact]:
    for metric in metrics:
        n = len(arm.usable(metric))
        label = f"runs{arm.with_setting} that the test of {metric} rests on"
        yield builder.fact(f"{metric}.n", n, "runs", label, n=n)
        yield from summary(builder, arm, metric)


def _metrics(evidence: Evidence) -> tuple[str, ...]:
    claims = evidence.comparison.test.claims if evidence.comparison else ()
    return tuple(dict.fromkeys(claim.metric for claim in claims))
