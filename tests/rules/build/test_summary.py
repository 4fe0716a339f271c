"""The summary of a build: reports with unsupported statements, and results that cannot be read."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from rules.build import summary
from rules.results.experiment_results import write_results
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results

LINE = "study: note has 1 passage(s) that no fact or verdict supports; proband check {file} --experiment study"


@pytest.mark.parametrize(
    ("objections", "lines"), [([], []), ([{"span": "12"}], [LINE])], ids=["supported", "unsupported number"]
)
def test_summary_names_a_report_with_objections(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, objections: list[Any], lines: list[str]
) -> None:
    lab = Lab(tmp_path)
    report = lab.report("study", "note", ".json")
    write_results(lab.results_file("study"), experiment_results())
    write_json(report, {"objections": objections})
    monkeypatch.setattr(summary, "shortfall", lambda results, experiment: "")
    study = planned_experiment(reports={"note": PlannedDocument("notes:write", "c0de")})
    plan: Any = SimpleNamespace(lab=lab, compiled=plan_of(study))
    assert list(summary.outcome_lines(plan, "study"))[1:] == [line.format(file=report) for line in lines]


def test_summary_reports_a_damaged_results_file(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    write_json(lab.results_file("study"), {"status": "completed"})
    plan: Any = SimpleNamespace(lab=lab, compiled=plan_of(planned_experiment()))
    (line,) = summary.outcome_lines(plan, "study")
    assert line.startswith(f"study: {lab.results_file('study')}: invalid: ")
