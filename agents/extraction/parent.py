"""Extract the facts of the parent experiment from its existing runs."""

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
    """Yield the facts of the parent, its runs and its arms, if there is a parent.

    The arms are the levels of the parent's registered test. Without a test, they are all its swept settings.
    """
    parent = evidence.parent
    if parent is None:
        return
    subject = parent_subject(parent.experiment_id)
    builder = FactBuilder("parent", str(subject), evidence.spec_file, parent_facts)
    yield builder.fact("id", parent.experiment_id, "text", "experiment from which this one is derived")
    planned = parent.planned_points
    label = f"finished points of the parent, of {planned} in its sweep"
    yield builder.fact("points", len(parent.runs), "points", label, n=planned)
    for run in parent.runs:
        builder = FactBuilder.about(run_subject(run.point).of(subject), run.status.source, parent_facts)
        yield from measured_facts(builder, run, evidence.metric)
    for arm in arms(parent.runs, parent.factor):
        yield from _arm_facts(evidence, parent, arm)


def _arm_facts(evidence: Evidence, parent: Ancestor, arm: Group) -> Iterator[Fact]:
    owner = parent_subject(parent.experiment_id)
    builder = FactBuilder.about(arm_subject(arm.levels).of(owner), evidence.spec_file, parent_facts)
    yield builder.fact("level", arm.level, "level", f"level of the parent's runs{arm.with_setting}", n=len(arm.runs))
    n = len(arm.usable(evidence.metric))
    label = f"the parent's runs{arm.with_setting} that completed with a finite {evidence.metric}"
    yield builder.fact("n", n, "runs", label, n=n)
    for metric in sorted({evidence.metric, *(name for run in arm.runs for name in metrics(run))}):
        yield from summary(builder, arm, metric, prefix=f"{owner}.")
