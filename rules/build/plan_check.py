"""Compile a stored plan again before the first job of a build, because an edited plan would register another test."""

from __future__ import annotations

import json

from snakemake.exceptions import WorkflowError

from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.plan.plan_files import plan_lock


def check_stored_plan(lab: Lab, plan: Plan, file: str) -> None:
    """Compare a plan that was read from `file` with what the specs compile to.

    Raises:
        WorkflowError: They differ.
    """
    from compiler.plan.compile_lab import compile_lab  # imports Hydra
    from compiler.plan.manifest import build_plan

    with plan_lock(lab):
        compiled = build_plan(compile_lab(lab, plan.overrides).compilation)
    if json.dumps(compiled.to_json(), sort_keys=True) != json.dumps(plan.to_json(), sort_keys=True):
        problem = f"{file}: is not what the specs compile to, because the plan or a spec was edited. Nothing was built"
        raise WorkflowError(f"{problem} (delete .proband and run the same command again)")
