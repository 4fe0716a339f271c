"""A document with objections becomes a draft: no file of it is a report, the job fails, and a gate states why."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.facts.fact import Fact, Source
from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from compiler.stages.names import GATES
from rules.gates.gate import decide, write_gate
from rules.jobserver.job import exit_code
from rules.results.experiment_results import write_results
from tests.plans import deliverable, plan_of, planned_experiment
from tests.run_files import experiment_results

SOURCE = Source("results/runs/a/status.json", "0" * 64)
SPEC = {"analysis_pipeline": ["counts:count"], "hypothesis": "H", "points": [], "compare": None, "parent": None}
CLEAN = "Of {{f:experiment.runs}} runs, all are here."
WRITER = """
from agents.api import Document, Figure, Paragraph, Section, Table

TEXT, TITLE = {text!r}, {title!r}

def write(case, analyses, integration):
    blocks = (Paragraph(text=TEXT), {block})
    section = Section(id="runs", title="Runs", blocks=blocks)
    return Document(kind="note", experiment_id=case.experiment_id, title=TITLE, sections=(section,))
"""
ANALYST = """
from agents.api import Analysis, Finding

def count(case, task, figures):
    finding = Finding(id="runs", text={text!r}, facts=("experiment.runs",))
    return Analysis(analyst=task.analyst, experiment_id=case.experiment_id, title="Runs", summary="Runs.",
                    findings=(finding,))
"""
REPORT = deliverable(
    "report", type="report", path="reports/write.md", report="write", validation="contains_sections", sections=["Runs"]
)


def writer(text: str = CLEAN, title: str = "A note", block: str = "") -> str:
    return WRITER.format(text=text, title=title, block=block)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab with facts, an analyst and a writer of its own, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    lab = Lab(Path())
    Path("notes.py").write_text(writer())
    Path("counts.py").write_text(ANALYST.format(text=CLEAN))
    analyses = {"count": PlannedDocument("counts:count", "c0de")}
    reports = {"write": PlannedDocument("notes:write", "c0de")}
    checked = {"sections": REPORT}
    study = planned_experiment("rates", spec=SPEC, analyses=analyses, reports=reports, deliverables=checked)
    write_json(Path("plan.json"), plan_of(study).to_json())
    write_json(lab.experiment("rates") / "experiment.json", SPEC)
    write_results(lab.results_file("rates"), experiment_results(experiment_id="rates"))
    facts = [
        Fact(f"experiment.{name}", int(name != "runs.failed"), "runs", 1, "experiment", name, SOURCE, "t:f")
        for name in ("runs", "runs.completed", "runs.failed")
    ]
    lab.facts("rates").write_text("".join(json.dumps(fact.to_json()) + "\n" for fact in facts))
    lab.verdicts("rates").write_text("")
    lab.series("rates").write_text("")
    yield lab
    for module in ("notes", "counts"):
        sys.modules.pop(module, None)


@pytest.fixture
def job(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run a job of the experiment as the server does, with the current code of the lab, and return its exit code."""
    plan = str(lab.root / "plan.json")

    def run(name: str, *arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", sys.argv)  # restores it, because the job replaces it
        for module in ("notes", "counts"):
            sys.modules.pop(module, None)
        return exit_code([f"rules.jobs.{name}", plan, "rates", *arguments])

    return run


@pytest.fixture
def analysed(job: Callable[..., int]) -> Callable[..., int]:
    for name, *arguments in (("agenda",), ("analysis", "count"), ("integration",), ("quality_review",)):
        assert job(name, *arguments) == 0
    return job


INVENTED = {
    "digit": writer("The accuracy was 0.987."),
    "percent": writer("The accuracy was 98.7 %."),
    "words": writer("The accuracy was ninety-eight percent."),
    "title": writer(title="An accuracy of 0.987"),
    "table cell": writer(block="Table(id='t', caption='C.', columns=('run',), rows=(('0.987',),))"),
    "table caption": writer(block="Table(id='t', caption='Best 0.987.', columns=('run',), rows=(('a',),))"),
    "alternative text": writer(block="Figure(id='f', path='figures/x.png', caption='C.', alt='Best 0.987.')"),
    "caption": writer(block="Figure(id='f', path='figures/x.png', caption='Best 0.987.', alt='Curve.')"),
    "TeX": writer("The accuracy was $0.987$."),
    "wrong reference": writer("The accuracy was {{f:arm[x].accuracy.mean}}."),
}


@pytest.mark.parametrize("text", INVENTED.values(), ids=INVENTED)
def test_a_document_that_types_a_number_is_a_draft(
    lab: Lab, analysed: Callable[..., int], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    reports = lab.report("rates", "write", ".json").parent
    for suffix in (".json", ".md", ".pdf", ".html", ".tex"):
        write_json(reports / f"write{suffix}", "of an earlier build")
    write_json(reports / "other.json", "another report")
    Path("notes.py").write_text(text)
    assert analysed("report", "write") == 1
    assert [file.name for file in reports.rglob("*") if file.is_file()] == ["other.json"]
    objections = read_json(lab.objections("rates", "write"))["objections"]
    assert objections
    assert (lab.drafts("rates") / "write.json").is_file()
    error = capsys.readouterr().err
    assert "rates: write has " in error
    assert objections[0]["slot"] in error
    gate = read_json(lab.gate_file("rates", "reports"))
    assert (gate["status"], gate["failed"][0]["name"]) == ("failed", "write")


def test_a_report_without_objections_removes_the_draft_and_passes_the_gate(
    lab: Lab, analysed: Callable[..., int]
) -> None:
    Path("notes.py").write_text(INVENTED["digit"])
    assert analysed("report", "write") == 1
    assert "0.987" in (lab.drafts("rates") / "write.md").read_text()
    assert analysed("gate") == 1
    Path("notes.py").write_text(writer())
    assert analysed("report", "write") == 0
    assert not [*lab.drafts("rates").rglob("write*")]
    assert read_json(lab.gate_file("rates", "reports"))["failed"] == [
        {"name": "sections", "reason": "not_checked: the report is not written"}
    ]
    assert analysed("deliverable", "sections") == 0
    assert read_json(lab.deliverable("rates", "sections"))["status"] == "delivered"
    assert read_json(lab.gate_file("rates", "reports"))["status"] == "passed"


def test_a_writer_that_raises_fails_the_gate_of_an_earlier_build(lab: Lab, analysed: Callable[..., int]) -> None:
    write_json(lab.gate_file("rates", "reports"), {"status": "passed"})
    Path("notes.py").write_text("def write(case, analyses, integration):\n    raise ValueError('no idea')\n")
    assert analysed("report", "write") == 1
    assert read_json(lab.gate_file("rates", "reports"))["status"] == "failed"


def test_an_analysis_with_objections_is_a_draft_and_no_report_is_written(
    lab: Lab, analysed: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("counts.py").write_text(ANALYST.format(text="The accuracy was 0.987."))
    for name, *arguments in (("analysis", "count"), ("integration",), ("quality_review",)):
        assert analysed(name, *arguments) == 0
    gate = read_json(lab.gate_file("rates", "analysis"))
    assert "count" in [requirement["name"] for requirement in gate["failed"]]
    assert "0.987" in (lab.drafts("rates") / "analysis/count.md").read_text()
    assert analysed("report", "write") == 1
    assert "rates: write is not written: count has 1 passage" in capsys.readouterr().err
    assert not lab.report("rates", "write", ".json").exists()
    assert analysed("gate") == 1
    Path("counts.py").write_text(ANALYST.format(text=CLEAN))
    for name, *arguments in (("analysis", "count"), ("integration",), ("quality_review",)):
        assert analysed(name, *arguments) == 0
    assert not [*lab.drafts("rates").rglob("count*")]
    assert analysed("report", "write") == 0


def test_gates_of_documents_that_the_spec_no_longer_names_are_removed(lab: Lab, analysed: Callable[..., int]) -> None:
    write_json(Path("plan.json"), plan_of(planned_experiment("rates", spec=SPEC)).to_json())
    for name in GATES[:3]:
        write_gate(lab, "rates", decide(name, {}, "a test", "all is well"))
    write_gate(lab, "rates", decide("reports", {"write": "the report is not written"}, "a test", ""))
    write_json(lab.gate_file("rates", "publication"), "decided after the build")
    write_json(lab.gate_file("rates", "runs"), "of an earlier version")
    assert analysed("gate") == 0
    assert {file.stem for file in lab.gate_file("rates", "training").parent.iterdir()} == {*GATES[:3], "publication"}
