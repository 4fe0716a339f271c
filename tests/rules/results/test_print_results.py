"""`make demo` ends with the results of the experiment and the paths of its reports."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.results import print_results
from rules.results.experiment_results import ArmSummary, MetricSummary, SummaryMetrics, write_results
from tests.run_files import experiment_results

REPORTS = (
    "reports/technical_report.pdf",
    "reports/technical_report.md",
    "reports/blog_post.html",
    "reports/paper_draft.pdf",
)


def test_results_and_one_format_of_each_report_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    arm = ArmSummary({"model.lr": 0.1}, 2, 1, {"accuracy": MetricSummary(0.9, None, 2)})
    results = experiment_results(
        verdict="supported",
        comparison={"reason": "The reason."},
        summary_metrics=SummaryMetrics("accuracy", (arm,), None),
        analysis_reports=REPORTS,
    )
    write_results(lab.results_file("study"), results)
    write_json(lab.experiment("study") / "experiment.json", {"hypothesis": "H."})
    monkeypatch.setattr(sys, "argv", ["print_results", "study"])
    assert print_results.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert "study: H." in lines
    assert ["model.lr=0.1", "2", "1", "0.9000"] in [line.split() for line in lines]
    assert "Hypothesis supported. The reason." in lines
    reports = [line.rpartition("/")[2] for line in lines if line.startswith("Read ")]
    assert reports == ["technical_report.pdf", "blog_post.html", "paper_draft.pdf"]
