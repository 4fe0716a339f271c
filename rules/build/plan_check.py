"""Compile a stored plan again before the first job of a build, because an edited plan would register another test."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from snakemake.exceptions import WorkflowError

from compiler.base.json_files import json_bytes
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import plan_lock

_OF_OTHERS = ("experiments", "fusion")  # keys of a run that change when another experiment comes to share it


def check_stored_plan(lab: Lab, plan: Plan, file: str, names: Collection[str]) -> None:
    """Compare a plan that was read from `file` with what the specs compile to, for the experiments of a build.

    Specs of other experiments may have changed since: another person adds one, or a worker takes the next job.

    Raises:
        WorkflowError: They differ.
    """
    from compiler.plan.compile_lab import compile_lab  # imports Hydra
    from compiler.plan.manifest import build_plan

    with plan_lock(lab):
        compiled = build_plan(compile_lab(lab, plan.overrides).compilation)
    parents = {entry.parent_experiment for entry in compiled.genealogy if entry.experiment_id in names} - {None}
    used = {*names, *map(str, parents)}
    if compiled.to_json() != plan.to_json() and _part(compiled, used) != _part(plan, used):
        problem = f"{file}: is not what the specs compile to, because the plan or a spec was edited. Nothing was built"
        raise WorkflowError(f"{problem} (delete .proband and run the same command again)")


def _part(plan: Plan, names: Collection[str]) -> bytes:
    """Return everything in a plan that the experiments depend on, as JSON, in which a tuple equals a list."""
    content = plan.to_json()
    experiments = {name: plan.experiments.get(name) for name in names}
    runs = {run for experiment in experiments.values() if experiment for run in experiment.runs}
    return json_bytes(
        {
            **{key: content[key] for key in ("overrides", "steps", "background")},
            "experiments": {name: content["experiments"].get(name) for name in names},
            "runs": {run: _without_others(content["runs"].get(run)) for run in runs},
            "data": {path: plan.data.get(path) for run in runs if run in plan.runs for path in plan.runs[run].data},
            "genealogy": [entry.to_json() for entry in plan.genealogy if entry.experiment_id in names],
        }
    )


def _without_others(run: dict[str, Any] | None) -> dict[str, Any] | None:
    return run and {key: value for key, value in run.items() if key not in _OF_OTHERS}
