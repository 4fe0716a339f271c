"""Extract the facts of the selection of the best arm, with the numbers of arms and runs that it was selected from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.extraction.measurements import finite_value
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import arm_subject
from agents.facts.units import unit_of
from agents.statistics import describe


def selection_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    """Yield the arm with the best mean, the first one in case of ties. Yield nothing if no run measured the metric."""
    metric, goal = evidence.metric, evidence.results.content.objective.goal
    builder = FactBuilder("best", "experiment", evidence.results.source, selection_facts)
    values = [(arm, _values(arm, metric)) for arm in arms]
    described = [(arm, describe(measured)) for arm, measured in values if measured]
    if not described:
        return
    sign = -1 if goal == "minimize" else 1
    best, description = max(described, key=lambda item: sign * item[1].mean)
    inputs = [f"{arm_subject(arm.levels)}.{metric}.mean" for arm, _ in described]
    n_runs = len({run.run_id for arm in arms for run in arm.runs})
    selected = f"the arm with the {'lowest' if sign < 0 else 'highest'} mean {metric}, selected after the runs"
    n, mean = description.n, description.mean
    yield builder.fact("level", best.level, "level", f"level of {selected}", n=n, inputs=inputs)
    yield builder.fact(metric, mean, unit_of(metric), f"mean {metric} of {selected}", n=n, inputs=inputs)
    yield builder.fact("arms", len(described), "arms", "arms from which the best was selected", n=len(described))
    yield builder.fact("runs", n_runs, "runs", "runs from which the best was selected", n=n_runs)


def _values(arm: Group, metric: str) -> list[float]:
    return [value for run in arm.runs if (value := finite_value(run, metric)) is not None]
