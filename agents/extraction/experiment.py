"""Extract the facts of an experiment as a whole: numbers of runs, total duration, status and objective."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import run_subject


def experiment_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    builder = FactBuilder("experiment", "experiment", evidence.results.source, experiment_facts)
    runs = {run.run_id: run for run in evidence.runs}
    completed = sum(run.is_completed for run in runs.values())
    yield builder.fact("points", len(evidence.runs), "points", "points of the sweep", n=len(evidence.runs))
    for name, count, label in (
        ("runs", len(runs), "different runs of the experiment"),
        ("runs.completed", completed, "runs that completed"),
        ("runs.failed", len(runs) - completed, "runs that failed"),
    ):
        yield builder.fact(name, count, "runs", label, n=len(runs))
    yield builder.fact("arms", len(arms), "arms", "arms: settings that differ in more than the seed", n=len(runs))
    seconds = {f"{run_subject(run.point)}.seconds": run.seconds or 0.0 for run in runs.values()}
    total = float(sum(seconds.values()))
    yield builder.fact("seconds", total, "s", "sum of the durations of all runs", n=len(runs), inputs=seconds)
    results = evidence.results.content
    yield builder.fact("status", results.status, "text", "status of the experiment")
    yield builder.fact("metric", evidence.metric, "text", "metric by which arms are ranked")
    yield builder.fact("goal", results.objective.goal, "text", "whether that metric is maximized or minimized")
