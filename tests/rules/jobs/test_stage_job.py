"""A closed gate fails its stage, and removes the documents of an earlier build unless the spec continues."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from compiler.stages.names import GateName
from rules.gates.gate import decide, write_gate
from rules.jobs import stage
from tests.plans import deliverable, plan_of, planned_experiment

NOTE = PlannedDocument("notes:write", "c0de")


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    return Lab(Path())


def write_plan(on_gate: str = "stop", has_documents: bool = True) -> None:
    documents = {"analyses": {"count": NOTE}, "reports": {"note": NOTE}} if has_documents else {}
    checks = {"sections": deliverable("report", report="note")} if has_documents else {}
    spec = {"hypothesis": "H.", "on_gate": on_gate, "analysis_pipeline": list(documents.get("analyses", ()))}
    write_json(Path("plan.json"), plan_of(planned_experiment(spec=spec, deliverables=checks, **documents)).to_json())


def end(name: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["stage", "plan.json", "study", name])
    return stage.main()


def decide_gate(lab: Lab, name: GateName, *, passes: bool) -> None:
    write_gate(lab, "study", decide(name, {"a": "" if passes else "no"}, "a test", "all is well"))


def write_documents(lab: Lab) -> dict[str, Path]:
    files = {
        "facts": lab.facts("study"),
        "analysis": lab.analysis("study", "count"),
        "report": lab.report("study", "note", ".pdf"),
        "check of the report": lab.deliverable("study", "sections"),
        "reviewed": lab.gate_file("study", "analysis"),
        "requests to a model": lab.ledger("study"),
        "results": lab.results_file("study"),
    }
    for file in files.values():
        write_json(file, "of an earlier build")
    return files


@pytest.mark.parametrize("name", ["training", "validation"])
def test_closed_gate_removes_the_documents_of_an_earlier_build(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, name: GateName
) -> None:
    write_plan()
    files = write_documents(lab)
    decide_gate(lab, name, passes=False)
    assert end({"training": "training_execution"}.get(name, name), monkeypatch) == 1
    assert [key for key, file in files.items() if file.exists()] == ["requests to a model", "results"]


def test_spec_that_continues_keeps_them_and_marks_the_stage(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan("continue")
    files = write_documents(lab)
    decide_gate(lab, "training", passes=False)
    assert end("training_execution", monkeypatch) == 0
    assert all(file.exists() for file in files.values())
    assert lab.stage_mark("study", "training_execution").read_text().startswith("closed: 1 of 1 requirements")


def test_objections_to_an_analysis_stop_also_a_spec_that_continues(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    write_plan("continue")
    decide_gate(lab, "analysis", passes=False)
    assert end("automated_analysis", monkeypatch) == 1


@pytest.mark.parametrize("name", ["automated_analysis", "report_generation"])
def test_stage_without_documents_passes(lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    write_plan(has_documents=False)
    assert end(name, monkeypatch) == 0
    assert lab.stage_mark("study", name).is_file()


def test_undecided_gate_does_not_end_its_stage(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_plan()
    assert end("experiment_submission", monkeypatch) == 1
    assert "study: the gate 'experiment' is not decided" in capsys.readouterr().err
    decide_gate(lab, "experiment", passes=True)
    assert end("experiment_submission", monkeypatch) == 0
