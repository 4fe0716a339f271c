"""Facts of the parent's runs, as far as they are there: what a child is measured against."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.arms import summary
from agents.extraction.evidence import Ancestor, Evidence
from agents.extraction.groups import Group, arms
from agents.extraction.measurements import metrics
from agents.extraction.runs import measured_facts
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject, parent_subject, run_subject


def parent_facts(evidence: Evidence) -> Iterator[Fact]:
    """None without a parent. Arms are those of the parent's own test, or of all that it swept."""
    parent = evidence.parent
    if parent is None:
        return
    subject = parent_subject(parent.experiment_id)
    about = FactBuilder("parent", str(subject), evidence.spec.source, parent_facts)
    yield about.fact("id", parent.experiment_id, "text", "experiment that this one is derived from")
    finished, planned = len(parent.runs), parent.planned_points
    yield about.fact(
        "points", finished, "points", f"points of the parent that ran, of {planned} in its sweep", n=planned
    )
    for run in parent.runs:
        builder = FactBuilder.about(run_subject(run.point).of(subject), run.status.source, parent_facts)
        yield from measured_facts(builder, run, evidence.metric)
    for arm in arms(parent.runs, parent.compare):
        yield from _arm(evidence, parent, arm)


def _arm(evidence: Evidence, parent: Ancestor, arm: Group) -> Iterator[Fact]:
    subject = arm_subject(arm.levels).of(parent_subject(parent.experiment_id))
    about = FactBuilder.about(subject, evidence.spec.source, parent_facts)
    yield about.fact("level", arm.level, "level", f"level of the parent's runs{arm.words}", n=len(arm.runs))
    n = len(arm.usable(evidence.metric))
    yield about.fact(
        "n", n, "runs", f"the parent's runs{arm.words} that completed with a finite {evidence.metric}", n=n
    )
    for metric in sorted({evidence.metric, *(name for run in arm.runs for name in metrics(run))}):
        yield from summary(about, arm, metric, prefix=f"{parent_subject(parent.experiment_id)}.")
