"""What was picked after the runs, and of how many: a best of few says less than it seems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.extraction.measurements import value
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject
from agents.facts.units import unit_of
from agents.statistics import describe


def selection_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    """The arm with the best mean, the first of equals. None without a run that measured the metric."""
    metric, goal = evidence.metric, evidence.goal
    about = FactBuilder("best", "experiment", evidence.results.source, selection_facts)
    means = [(arm, _values(arm, metric)) for arm in arms]
    measured = [(arm, describe(values)) for arm, values in means if values]
    if not measured:
        return
    sign = -1 if goal == "minimize" else 1
    best, found = max(measured, key=lambda one: sign * one[1].mean)
    inputs = [f"{arm_subject(arm.levels)}.{metric}.mean" for arm, _ in measured]
    looked_at = len({run.run_id for arm, _ in means for run in arm.runs})
    among = f"the arm with the {'lowest' if sign < 0 else 'highest'} mean {metric}, picked after the runs"
    yield about.fact("level", best.level, "level", f"level of {among}", n=found.n, inputs=inputs)
    yield about.fact(metric, found.mean, unit_of(metric), f"mean {metric} of {among}", n=found.n, inputs=inputs)
    yield about.fact("arms", len(measured), "arms", "arms that the best was picked among", n=len(measured))
    yield about.fact("runs", looked_at, "runs", "runs that were looked at to pick the best", n=looked_at)


def _values(arm: Group, metric: str) -> list[float]:
    return [one for run in arm.runs if (one := value(run, metric)) is not None]
