"""`make demo` ends with the results of the experiment and the paths of its reports."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from rules.results import print_results
from rules.results.content.summary import ArmSummary, MetricSummary, SummaryMetrics
from rules.results.experiment_results import write_results
from tests.run_files import experiment_results

REPORTS = (
    "reports/technical_report.pdf",
    "reports/technical_report.md",
    "reports/blog_post.html",
    "reports/paper_draft.pdf",
)


CLAIM = {"type": "superiority", "text": "mean accuracy at a exceeds that at b", "primary": True}
COMPARISON = {"reason": "The reason.", "claims": [CLAIM], "verdict": "supported"}


def test_results_and_one_format_of_each_report_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    lab = Lab(Path())
    arm = ArmSummary({"model.lr": 0.1}, 2, 1, {"accuracy": MetricSummary(0.9, None, 2)})
    results = experiment_results(
        verdict="supported",
        comparison=COMPARISON,
        summary_metrics=SummaryMetrics("accuracy", (arm,), None),
        analysis_reports=REPORTS,
    )
    write_results(lab.results_file("study"), results)
    write_json(lab.experiment("study") / "experiment.json", {"hypothesis": "H."})
    for report in REPORTS:
        if not report.endswith("paper_draft.pdf"):  # its document was rejected
            write_json(lab.experiment("study") / report, "a report")
    monkeypatch.setattr(sys, "argv", ["print_results", "study"])
    assert print_results.main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert "study: H." in lines
    assert ["model.lr=0.1", "2", "1", "0.9000"] in [line.split() for line in lines]
    assert "Claim: mean accuracy at a exceeds that at b" in lines
    assert "Verdict: supported. The reason." in lines
    reports = [line.rpartition("/")[2] for line in lines if line.startswith("Read ")]
    assert reports == ["technical_report.pdf", "blog_post.html"]


@pytest.mark.parametrize(
    ("standing", "exploratory", "expected"),
    [
        ("exploratory", None, "This verdict does not confirm the claim: after 2 looks."),
        ("exploratory", None, "Exploratory verdict: supported. The reason."),
        ("confirmatory", COMPARISON, "Exploratory test over all runs: supported. The reason."),
        ("confirmatory", None, "Registered at 2026-11-24. The test rests on 1 run(s) that started later."),
    ],
    ids=["reason", "exploratory verdict", "test over all runs", "registered"],
)
def test_standing_of_the_verdict_is_printed(standing: Any, exploratory: Any, expected: str) -> None:
    results = experiment_results(verdict="supported", comparison=COMPARISON, exploratory=exploratory)
    reason = "" if standing == "confirmatory" else "after 2 looks"
    fields = {"standing": standing, "reason": reason, "registered_at": "2026-11-24", "fresh_runs": ("a",)}
    registration = replace(results.registration, **fields)
    results = replace(results, registration=registration, post_hoc=standing != "confirmatory")
    plain = [line.replace("[bold]", "").replace("[/bold]", "") for line in print_results._verdict(results)]
    assert expected in plain
