"""A comparison with the parent uses the runs of the parent that exist or are built, and trains no others."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.build.build_plan import BuildPlan
from rules.build.step_inputs import StepInputs
from rules.build.targets import Targets
from tests.plans import plan_of, planned_experiment

PLAN = plan_of(
    planned_experiment("parent", {run: {} for run in ("shared", "finished", "missing")}, on_request=True),
    planned_experiment("child", {run: {} for run in ("shared", "own")}, on_request=True),
    parents={"child": "parent"},
)


@pytest.mark.parametrize(
    ("name", "words", "runs"),
    [
        ("child", ["child"], ["shared", "finished"]),
        ("child", ["child", "parent"], ["shared", "finished", "missing"]),
        ("parent", ["parent"], []),
    ],
    ids=["the child alone", "both in one build", "no parent"],
)
def test_comparison_with_the_parent_waits_only_for_runs_that_exist_or_are_built_anyway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str], runs: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["snakemake", *words])
    plan = BuildPlan.__new__(BuildPlan)  # without compiling a lab
    plan.lab, plan.compiled = Lab(tmp_path), PLAN
    write_json(plan.lab.status("finished"), {"status": "completed"})
    statuses = StepInputs(plan, Targets(plan)).parent_statuses(SimpleNamespace(experiment=name))
    assert statuses == [str(plan.lab.status(run)) for run in runs]
