"""Facts of an experiment as a whole: how much was run, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.extraction.evidence import Evidence
from agents.extraction.groups import Group
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.subject import run_subject


def experiment_facts(evidence: Evidence, arms: Sequence[Group]) -> Iterator[Fact]:
    about = FactBuilder("experiment", "experiment", evidence.results.source, experiment_facts)
    runs = {run.run_id: run for run in evidence.runs}
    completed = sum(run.is_completed for run in runs.values())
    yield about.fact("points", len(evidence.runs), "points", "points of the sweep", n=len(evidence.runs))
    for name, count, label in (
        ("runs", len(runs), "different runs of the experiment"),
        ("runs.completed", completed, "runs that completed"),
        ("runs.failed", len(runs) - completed, "runs that failed"),
    ):
        yield about.fact(name, count, "runs", label, n=len(runs))
    yield about.fact("arms", len(arms), "arms", "arms: settings that differ by more than the seed", n=len(runs))
    seconds = {run.point: run.status.content.get("duration_seconds") or 0.0 for run in runs.values()}
    inputs = [f"{run_subject(point)}.seconds" for point in seconds]
    yield about.fact(
        "seconds", float(sum(seconds.values())), "s", "sum of the times of all runs", n=len(runs), inputs=inputs
    )
    yield about.fact("status", evidence.results.content["status"], "text", "what became of the experiment")
    yield about.fact("metric", evidence.metric, "text", "metric that arms are ranked by")
    yield about.fact("goal", evidence.goal, "text", "whether that metric is to be maximized or minimized")
