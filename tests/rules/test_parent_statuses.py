"""Which runs of its parent an experiment is compared with: none is trained for that, none that is there is missed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.build.workflow import Workflow
from tests.plans import plan_of, planned_experiment

PLAN = plan_of(
    planned_experiment("old", {run: {} for run in ("shared", "there", "missing")}, on_request=True),
    planned_experiment("young", {run: {} for run in ("shared", "own")}, on_request=True),
    parents={"young": "old"},
)


@pytest.mark.parametrize(
    ("name", "words", "runs"),
    [
        ("young", ["young"], ["shared", "there"]),
        ("young", ["young", "old"], ["shared", "there", "missing"]),
        ("old", ["old"], []),
    ],
    ids=["the child alone", "both in one build", "no parent"],
)
def test_what_a_comparison_with_the_parent_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: list[str], runs: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["snakemake", *words])
    workflow = Workflow.__new__(Workflow)  # without compiling a lab
    workflow.lab, workflow.plan, workflow._experiments = Lab(tmp_path), PLAN, PLAN.experiments
    write_json(workflow.lab.status("there"), {"status": "completed"})
    found = workflow.parent_statuses(SimpleNamespace(experiment=name))
    assert found == [str(workflow.lab.status(run)) for run in runs]
