"""The summary of a build: what is delivered, rejected reports, and results that cannot be read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from rules.build import summary
from rules.gates.report_gate import update_report_gate
from rules.results.content.checks import PointResults
from rules.results.experiment_results import write_results
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path)
    run = PointResults("a", "a", {}, "completed", None, None, None, {"accuracy": 0.9}, {})
    write_results(lab.results_file("study"), experiment_results(status="completed", verdict="supported", runs=(run,)))
    return lab


def outcome(lab: Lab) -> list[str]:
    study = planned_experiment(reports={"note": PlannedDocument("notes:write", "c0de")})
    plan: Any = SimpleNamespace(lab=lab, compiled=plan_of(study))
    update_report_gate(lab, study)
    return list(summary.outcome_lines(plan, "study"))


def test_experiment_whose_gate_was_not_reached_is_not_called_delivered(lab: Lab) -> None:
    write_json(lab.report("study", "note", ".json"), {})
    assert outcome(lab) == ["study: not delivered, because a step failed; see the errors above"]


def test_summary_of_a_delivered_experiment_is_one_line(lab: Lab) -> None:
    write_json(lab.report("study", "note", ".json"), {})
    write_json(lab.gate("study"), "delivers")
    assert outcome(lab) == [f"study: delivered, hypothesis supported; see {lab.results_file('study')}"]


def test_rejected_report_is_named_with_its_objections_and_nothing_is_called_delivered(lab: Lab) -> None:
    write_json(lab.objections("study", "note"), {"objections": [{"span": "12"}]})
    problem = "study: note: 1 passage that no fact or verdict supports"
    assert outcome(lab) == [f"{problem}; see {lab.objections('study', 'note').relative_to(lab.root)}"]


def test_summary_reports_a_damaged_results_file(lab: Lab) -> None:
    write_json(lab.results_file("study"), {"status": "completed"})
    plan: Any = SimpleNamespace(lab=lab, compiled=plan_of(planned_experiment()))
    (line,) = summary.outcome_lines(plan, "study")
    assert line.startswith(f"study: {lab.results_file('study')}: invalid: ")


def test_problem_in_a_file_of_dvc_is_not_repeated_for_each_experiment() -> None:
    in_lock = "dvc.lock:1:1: is not a valid file of DVC: 'str' object has no attribute 'items'"
    in_spec = "conf/experiment/b.yaml:3:1: experiment.sweep: is empty"
    compiled = SimpleNamespace(broken={"a": [in_lock], "b": [in_lock, in_spec]})
    plan: Any = SimpleNamespace(broken=["a", "b"], compiled=compiled)
    jobs: list[Any] = [SimpleNamespace(rule=SimpleNamespace(name=name)) for name in ("a", "b")]
    assert [line for job in jobs for line in summary._lines(plan, job, ())] == [
        "a: not built, because of dvc.lock (see the warning above)",
        "b: not built, because of dvc.lock (see the warning above)",
        "b: not built, its spec is wrong",
        in_spec,
    ]
