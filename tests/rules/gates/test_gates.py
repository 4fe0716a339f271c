"""A gate states what a stage required, what held and why the rest failed, without a time of decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument, PlannedExperiment
from rules.gates.deliverable_gate import deliverable_gate
from rules.gates.gate import FailedRequirement, Gate, all_passed, document_stages, read_gate, write_gate
from rules.gates.report_gate import report_gate, update_report_gate
from rules.gates.review_gate import review_gate
from rules.gates.run_gate import run_gate
from rules.results.content.checks import DeliverableSummary, PointResults, RunDeliverable
from rules.results.experiment_results import ExperimentResults
from tests.plans import deliverable, planned_experiment
from tests.run_files import experiment_results

NOTE = PlannedDocument("notes:write", "c0de")


def results(statuses: dict[str, str], asked: tuple[str, ...] = ("a", "b"), **changes: Any) -> ExperimentResults:
    """Return results of these runs. A required deliverable holds, and is asked of some of them."""
    check = RunDeliverable("p", "", "delivered", True, "", "")
    runs = tuple(
        PointResults(name, name, {}, status, _error(status), None, None, {}, {"plot": check} if name in asked else {})
        for name, status in statuses.items()
    )
    deliverables = {"plot": DeliverableSummary("p", "delivered", True, True, "exists", "holds for 1 of 1 runs")}
    return experiment_results(**{"runs": runs, "deliverables_status": deliverables} | changes)


def _error(status: str) -> dict[str, str] | None:
    return {"kind": "non_finite", "message": "loss is nan"} if status == "failed" else None


@pytest.mark.parametrize(
    ("content", "failed"),
    [
        (results({"a": "completed", "b": "completed"}), {}),
        (results({"a": "completed", "b": "failed"}), {"b": "the run failed: non_finite: loss is nan"}),
        (results({"a": "completed", "b": "failed"}, asked=("a",)), {}),
        (
            results({"a": "failed", "b": "failed"}, asked=()),
            {"a completed run": "no run completed"},
        ),
        (results({}), {"a completed run": "the experiment has no runs"}),
        (
            results({"a": "completed"}, missing_metrics={"a": ("accuracy", "f1")}),
            {"a": "without a finite accuracy, f1"},
        ),
        (
            results({"a": "completed", "b": "completed"}, asked=("a",), damaged_artifacts=("b/x was changed",)),
            {"b": "b/x was changed"},
        ),
        (results({"a": "completed"}, damaged_artifacts=("old/x is missing",)), {"artifacts": "old/x is missing"}),
        (
            results({"a": "completed", "b": "failed"}, asked=(), deliverables_status={}),
            {"b": "the run failed: non_finite: loss is nan"},
        ),
    ],
    ids=[
        "all completed",
        "a failed run",
        "a failed run of another arm",
        "no completed run",
        "no runs",
        "a required metric is missing",
        "damage in another arm",
        "damage of another run",
        "nothing is required",
    ],
)
def test_run_gate_requires_the_runs_that_something_is_asked_of(
    content: ExperimentResults, failed: dict[str, str]
) -> None:
    gate = run_gate(content)
    assert {requirement.name: requirement.reason for requirement in gate.failed} == failed
    assert gate.passed is not bool(failed)
    assert set(gate.held) == set(gate.required) - set(failed)


def test_deliverable_gate_requires_only_the_required_deliverables() -> None:
    statuses = {
        "config": DeliverableSummary("p", "delivered", True, True, "", ""),
        "plot": DeliverableSummary("p", "missing", False, True, "", "plot.png is missing"),
        "advice": DeliverableSummary("p", "invalid", False, False, "", ""),
    }
    gate = deliverable_gate(experiment_results(deliverables_status=statuses))
    assert (gate.required, gate.held) == (("config", "plot"), ("config",))
    assert gate.failed == (FailedRequirement("plot", "missing: plot.png is missing"),)


def test_review_gate_counts_the_objections_to_each_document() -> None:
    documents = {"a": {"objections": []}, "b": {"objections": [{}]}, "integration": {"objections": [{}, {}]}}
    gate = review_gate({"documents": documents})
    assert {requirement.name: requirement.reason for requirement in gate.failed} == {
        "b": "1 passage that no fact or verdict supports",
        "integration": "2 passages that no fact or verdict supports",
    }


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def experiment(required: bool = True) -> PlannedExperiment:
    checked = deliverable("report", report="note", required=required)
    return planned_experiment(reports={"note": NOTE}, deliverables={"sections": checked, "plot": deliverable()})


def test_report_gate_passes_if_the_report_and_the_deliverable_on_it_hold(lab: Lab) -> None:
    write_json(lab.report("study", "note", ".json"), {})
    write_json(lab.deliverable("study", "sections"), {"status": "delivered", "detail": "has Results"})
    gate = report_gate(lab, experiment())
    assert (gate.passed, gate.held) == (True, ("note", "sections"))
    assert gate.inputs["results/experiments/study/reports/note.json"] == sha256_of_file(
        lab.report("study", "note", ".json")
    )


@pytest.mark.parametrize(
    ("required", "status", "reason"),
    [
        (True, "invalid", "invalid: no text in section Results"),
        (True, None, "not_checked: the report is not written"),
        (False, "invalid", None),
    ],
    ids=["section is empty", "not checked", "advisory"],
)
def test_report_gate_states_why_a_deliverable_on_a_report_does_not_hold(
    lab: Lab, required: bool, status: str | None, reason: str | None
) -> None:
    write_json(lab.report("study", "note", ".json"), {})
    if status:
        write_json(lab.deliverable("study", "sections"), {"status": status, "detail": "no text in section Results"})
    failed = report_gate(lab, experiment(required)).failed
    assert failed == ((FailedRequirement("sections", reason),) if reason else ())


def test_check_of_an_earlier_build_does_not_count_for_a_rejected_report(lab: Lab) -> None:
    write_json(lab.objections("study", "note"), {"objections": [{"span": "12"}]})
    write_json(lab.deliverable("study", "sections"), {"status": "delivered", "detail": "has Results"})
    gate = report_gate(lab, experiment())
    assert [requirement.name for requirement in gate.failed] == ["note", "sections"]
    assert gate.failed[1].reason == "not_checked: the report is not written"


def test_report_gate_names_the_draft_of_a_rejected_report(lab: Lab) -> None:
    write_json(lab.objections("study", "note"), {"objections": [{"span": "12"}]})
    gate = update_report_gate(lab, planned_experiment(reports={"note": NOTE}))
    (failed,) = gate.failed
    draft = "results/experiments/study/drafts/note.objections.json"
    assert failed.reason == f"1 passage that no fact or verdict supports; see {draft}"
    assert read_gate(lab, "study", "reports") == gate


def test_missing_report_fails_the_gate(lab: Lab) -> None:
    (failed,) = report_gate(lab, planned_experiment(reports={"note": NOTE})).failed
    assert failed.reason == "the report is not written"


def test_gate_file_states_who_decided_and_on_which_files_and_has_no_time(lab: Lab) -> None:
    write_json(lab.status("a"), {"status": "completed"})
    gate = run_gate(results({"a": "completed"})).with_inputs(lab, [lab.status("a"), lab.status("gone")])
    write_gate(lab, "study", gate)
    assert read_json(lab.gate_file("study", "runs")) == {
        "schema_version": 1,
        "stage": "runs",
        "status": "passed",
        "required": ["a"],
        "held": ["a"],
        "failed": [],
        "decided_by": {"kind": "code", "name": "rules.gates.run_gate"},
        "inputs": {"results/runs/a/status.json": sha256_of_file(lab.status("a"))},
    }


@pytest.mark.parametrize("content", [None, [], {"stage": "runs"}], ids=["missing", "no object", "incomplete"])
def test_undecided_gate_does_not_pass(lab: Lab, content: Any) -> None:
    if content is not None:
        write_json(lab.gate_file("study", "runs"), content)
    assert read_gate(lab, "study", "runs") is None
    assert not all_passed([None])


def test_failed_gate_does_not_pass_beside_passed_ones() -> None:
    passed: Gate = run_gate(results({"a": "completed"}))
    assert all_passed([passed, passed])
    assert not all_passed([passed, replace(passed, failed=(FailedRequirement("a", "no"),))])


def test_stages_of_documents_depend_on_the_spec() -> None:
    assert document_stages(planned_experiment()) == ()
    assert document_stages(planned_experiment(analyses={"a": NOTE})) == ("quality_review",)
    assert document_stages(planned_experiment(reports={"a": NOTE})) == ("quality_review", "reports")
