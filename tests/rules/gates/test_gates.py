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
from rules.gates.analysis_gate import analysis_gate
from rules.gates.gate import Decider, FailedRequirement, Gate, all_passed, decide, document_gates, read_gate, write_gate
from rules.gates.report_gate import report_gate, update_report_gate
from rules.gates.training_gate import training_gate
from rules.gates.validation_gate import validation_gate
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


def summary(validation: str, detail: str, required: bool = True) -> DeliverableSummary:
    """Return a deliverable that is not met."""
    return DeliverableSummary("p", "invalid", False, required, validation, detail)


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
        (results({"a": "completed"}, damaged_artifacts=("a/x was changed after the run",)), {}),
        (
            results({"a": "completed"}, deliverables_status={"good": summary("threshold", "accuracy is 0.4")}),
            {"good": "invalid: accuracy is 0.4"},
        ),
        (results({"a": "completed"}, deliverables_status={"good": summary("threshold", "", required=False)}), {}),
        (results({"a": "completed"}, deliverables_status={"plot": summary("exists", "plot.png is missing")}), {}),
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
        "damage, which the validation decides",
        "performance below a required threshold",
        "performance below an advisory threshold",
        "another deliverable, which the validation decides",
        "nothing is required",
    ],
)
def test_training_gate_requires_the_runs_that_deliverables_are_checked_on_and_their_performance(
    content: ExperimentResults, failed: dict[str, str]
) -> None:
    gate = training_gate(content)
    assert {requirement.name: requirement.reason for requirement in gate.failed} == failed
    assert gate.passed is not bool(failed)
    assert set(gate.held) == set(gate.required) - set(failed)


def test_validation_gate_requires_the_required_deliverables_that_are_no_thresholds() -> None:
    statuses = {
        "config": DeliverableSummary("p", "delivered", True, True, "", ""),
        "plot": DeliverableSummary("p", "missing", False, True, "", "plot.png is missing"),
        "advice": DeliverableSummary("p", "invalid", False, False, "", ""),
        "good": summary("threshold", "accuracy is 0.4"),
    }
    gate = validation_gate(experiment_results(deliverables_status=statuses))
    assert (gate.required, gate.held) == (("config", "plot", "data integrity"), ("config", "data integrity"))
    assert gate.failed == (FailedRequirement("plot", "missing: plot.png is missing"),)


@pytest.mark.parametrize("damage", ["b/x was changed after the run", "old/x is missing"], ids=["arm", "other run"])
def test_damage_closes_the_validation_gate_also_where_no_deliverable_is_checked(damage: str) -> None:
    content = results({"a": "completed", "b": "completed"}, asked=("a",), damaged_artifacts=(damage,))
    assert validation_gate(content).failed == (FailedRequirement("data integrity", damage),)


def test_refuted_hypothesis_closes_no_gate() -> None:
    content = results({"a": "completed"}, verdict="refuted")
    assert all_passed([training_gate(content), validation_gate(content)])


def test_analysis_gate_counts_the_objections_to_each_document() -> None:
    documents = {"a": {"objections": []}, "b": {"objections": [{}]}, "integration": {"objections": [{}, {}]}}
    gate = analysis_gate({"documents": documents}, ["a", "b", "c"])
    assert {requirement.name: requirement.reason for requirement in gate.failed} == {
        "c": "not reviewed",
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
    gate = training_gate(results({"a": "completed"})).with_inputs(lab, [lab.status("a"), lab.status("gone")])
    write_gate(lab, "study", gate)
    assert read_json(lab.gate_file("study", "training")) == {
        "schema_version": 2,
        "gate": "training",
        "stage": "training_execution",
        "status": "passed",
        "why": "every required run completed with finite metrics, and every required threshold is met",
        "required": ["a"],
        "held": ["a"],
        "failed": [],
        "decided_by": {"kind": "code", "name": "rules.gates.training_gate"},
        "inputs": {"results/runs/a/status.json": sha256_of_file(lab.status("a"))},
    }


@pytest.mark.parametrize("content", [None, [], {"gate": "training"}], ids=["missing", "no object", "incomplete"])
def test_undecided_gate_does_not_pass(lab: Lab, content: Any) -> None:
    if content is not None:
        write_json(lab.gate_file("study", "training"), content)
    assert read_gate(lab, "study", "training") is None
    assert not all_passed([None])


def test_failed_gate_does_not_pass_beside_passed_ones() -> None:
    passed: Gate = training_gate(results({"a": "completed"}))
    assert all_passed([passed, passed])
    assert not all_passed([passed, replace(passed, failed=(FailedRequirement("a", "no"),))])


def test_gates_of_documents_depend_on_the_spec() -> None:
    assert document_gates(planned_experiment()) == ()
    assert document_gates(planned_experiment(analyses={"a": NOTE})) == ("analysis",)
    assert document_gates(planned_experiment(reports={"a": NOTE})) == ("analysis", "reports")


def test_closed_gate_states_its_first_reasons_and_counts_the_others() -> None:
    gate = decide("training", {"a": ""} | dict.fromkeys("bcde", "the run failed"), "a test", "all is well")
    reasons = "b: the run failed; c: the run failed; d: the run failed"
    assert gate.why == f"4 of 5 requirements do not hold: {reasons}; and 1 more"


def test_gate_that_a_person_decided_keeps_the_name(lab: Lab) -> None:
    gate = decide("publication", {"approval": ""}, Decider("person", "Ada Lovelace"), "Ada approved the package")
    write_gate(lab, "study", gate)
    assert read_gate(lab, "study", "publication") == gate
