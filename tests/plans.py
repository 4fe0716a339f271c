"""Build plans and their parts for tests, without compiling a lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.design import Design, PlannedTest, StudySize
from compiler.plan.genealogy_entry import GenealogyEntry
from compiler.plan.model import Plan, PlannedDeliverable, PlannedExperiment
from compiler.plan.planned_run import PlannedRun, RunJob
from compiler.plan.planned_search import PlannedSearch, PlannedTrial
from compiler.spec.resources import Resources

TEST = PlannedTest("accuracy", "maximize", "lr", 1, None, 0.05, 0.0, False)


def planned_experiment(
    experiment_id: str = "study", settings: Mapping[str, Mapping[str, Any]] | None = None, **changes: Any
) -> PlannedExperiment:
    """Return an experiment. `settings` maps run ids to the overrides of their points. `test` is the registered test."""
    planned = tuple(PlannedPoint(name, overrides, name) for name, overrides in (settings or {}).items())
    design = Design("H.", "", changes.pop("test", None), {}, StudySize(len(planned), len(planned), {}))
    defaults: dict[str, Any] = {
        "file": f"conf/experiment/{experiment_id}.yaml",
        "is_own": True,
        "on_request": False,
        "spec": {"hypothesis": "H.", "analysis_pipeline": []},
        "design": design,
        "claim": "c1a1",
        "seeds": None,
        "parameters": {},
        "points": planned,
        "search": None,
        "deliverables": {},
        "analyses": {},
        "reports": {},
        "agents": {},
    }
    return PlannedExperiment(experiment_id, **defaults | changes)


def deliverable(scope: str = "run", **fields: Any) -> PlannedDeliverable:
    return PlannedDeliverable(
        {"type": "plot", "path": "output/plot.png", "validation": "exists", "over": "all", "required": True} | fields,
        scope,
        "c0de",
    )


def planned_run(run_id: str, fingerprint: str = "c0de", **resources: Any) -> PlannedRun:
    return PlannedRun(run_id, fingerprint, (), replace(Resources(), **resources), ())


def run_job(run_id: str, config: dict[str, Any]) -> RunJob:
    return RunJob(run_id, config, {}, "c0de", Resources(), ())


def planned_search(*trials: PlannedTrial, **changes: Any) -> PlannedSearch:
    settings: dict[str, Any] = {
        "id": "0" * 12,
        "sampler": "tpe",
        "seed": 0,
        "metric": "accuracy",
        "goal": "maximize",
        "budget": 8,
        "runs_per_trial": 1,
        "batch": 4,
        "space": {},
        "probes": (),
    }
    return PlannedSearch(**settings | changes, trials=trials)


def plan_of(*experiments: PlannedExperiment, parents: Mapping[str, str] | None = None) -> Plan:
    """Return a plan of experiments and their runs. `parents` maps each child to its parent."""
    runs = {run: planned_run(run) for experiment in experiments for run in experiment.runs}
    genealogy = tuple(
        GenealogyEntry(experiment.id, (parents or {}).get(experiment.id), None, (), "", "H.")
        for experiment in experiments
    )
    steps = dict.fromkeys(("facts", "agenda", "integration", "quality_review"), "c0de")
    return Plan((), {experiment.id: experiment for experiment in experiments}, runs, {}, steps, {}, genealogy, {})
