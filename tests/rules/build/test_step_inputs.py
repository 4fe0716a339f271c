"""Steps read the parent's runs that exist or are built, and the records of reproductions of their runs."""

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


def test_facts_depend_on_the_plain_records_of_their_runs(tmp_path: Path) -> None:
    plan = BuildPlan.__new__(BuildPlan)
    plan.lab, plan.compiled = Lab(tmp_path), PLAN
    inputs, wildcards = StepInputs(plan, Targets(plan)), SimpleNamespace(experiment="child")
    assert inputs.reproductions(wildcards) == []
    folder = tmp_path / "reproductions"
    for name in ("2-own.json", "1-shared.json", "1-finished.json", ".3-own.json", "own.txt"):
        write_json(folder / name, {})
    (folder / "4-own.json").symlink_to(folder / "gone")
    (folder / "5-own.json").mkdir()
    assert inputs.reproductions(wildcards) == [str(folder / name) for name in ("1-shared.json", "2-own.json")]
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    assert inputs.reproductions(wildcards) == []
