"""What a build says last of its reports, and where `make demo` sends its reader."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from rules.build import summary as tell
from rules.results import print_results as found
from tests.plans import plan_of, planned_experiment

REPORTS = [
    "reports/technical_report.pdf",
    "reports/technical_report.md",
    "reports/blog_post.html",
    "reports/paper_draft.pdf",
]
RESULTS: dict[str, Any] = {
    "verdict": "supported",
    "comparison": {"reason": "It is."},
    "summary_metrics": {"metric": "accuracy", "arms": []},
    "analysis_reports": REPORTS,
}


def told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(tell, "gate_line", lambda results, entry: "")
    study = planned_experiment(reports={"note": PlannedDocument("notes:write", "c0de")})
    workflow: Any = SimpleNamespace(lab=lab, plan=plan_of(study))
    return list(tell.outcome_lines(workflow, "study"))


@pytest.mark.parametrize(
    ("objections", "more"),
    [
        ([], []),
        ([{"span": "12"}], ["study: nothing supports 1 passage(s) of note; proband check {} --experiment study"]),
    ],
    ids=["supported", "a bare number"],
)
def test_a_report_that_nothing_supports_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, objections: list[Any], more: list[str]
) -> None:
    lab = Lab(tmp_path)
    write_json(lab.results_file("study"), RESULTS)
    write_json(lab.report("study", "note", ".json"), {"objections": objections})
    told_of = [line.format(lab.report("study", "note", ".json")) for line in more]
    assert told(lab, monkeypatch)[1:] == told_of


def test_the_demo_ends_at_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    write_json(lab.results_file("study"), RESULTS)
    write_json(lab.experiment("study") / "experiment.json", {"hypothesis": "H."})
    monkeypatch.setattr(sys, "argv", ["found", "study"])
    assert found.main() == 0
    read = [line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("Read ")]
    assert read == ["technical_report.pdf", "blog_post.html", "paper_draft.pdf"]
