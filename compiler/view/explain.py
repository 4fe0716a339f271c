"""What a build would do and why, from the plan that it would follow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compiler.plan.model import Plan, PlannedDeliverable
from compiler.view.status import ExperimentState


def explanation(name: str, plan: Plan, state: ExperimentState) -> dict[str, Any]:
    """One experiment: its points and runs, who shares them, what will be trained, and what is promised."""
    experiment, genealogy = plan.experiments[name], plan.genealogy_entry(name)
    states = {run.run_id: run for run in state.runs}
    points = [
        {
            "name": point.name,
            "run": point.run,
            "state": states[point.run].state,
            "shared_with": [other for other in plan.runs[point.run].experiments if other != name],
        }
        for point in experiment.points
    ]
    return {
        "experiment_id": name,
        "file": experiment.file,
        "hypothesis": experiment.design.hypothesis,
        "parent": genealogy.parent_experiment,
        "parent_source": genealogy.parent_source,
        "modifications": [change.to_json() for change in genealogy.modifications],
        "points": points,
        "runs": len(states),
        "to_train": sorted(run for run, one in states.items() if one.state in ("waiting", "stale")),
        "data": sorted({path for run in experiment.runs for path in plan.runs[run].data}),
        "deliverables": {title: _promised(one) for title, one in experiment.deliverables.items()},
        "compare": experiment.design.test and experiment.design.test.to_json(),
        "search": experiment.search and experiment.search.to_json(),
        "to_ask": state.to_ask,
    }


def shared_runs(explained: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each other experiment the runs it shares."""
    shared: dict[str, set[str]] = {}
    for point in explained["points"]:
        for other in point["shared_with"]:
            shared.setdefault(other, set()).add(point["run"])
    return {other: sorted(runs) for other, runs in sorted(shared.items())}


def _promised(deliverable: PlannedDeliverable) -> str:
    spec = deliverable.spec
    told = f"{spec['type']}, {spec['validation']}"
    if spec["validation"] == "threshold":
        told += f" {spec['metric']} {spec['operator']} {spec['value']:g}"
    asked = "every run" if spec["over"] == "all" else "runs of the best arm"
    return f"{told}, {asked}" + ("" if spec["required"] else ", advisory")
