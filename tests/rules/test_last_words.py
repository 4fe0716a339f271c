"""The summary of a build names reports with statements that no fact or verdict supports."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.plan.model import PlannedDocument
from rules.build import summary as tell
from rules.results.experiment_results import write_results
from tests.plans import plan_of, planned_experiment
from tests.run_files import experiment_results


def told(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(tell, "shortfall", lambda results, experiment: "")
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
    write_results(lab.results_file("study"), experiment_results(verdict="supported"))
    write_json(lab.report("study", "note", ".json"), {"objections": objections})
    told_of = [line.format(lab.report("study", "note", ".json")) for line in more]
    assert told(lab, monkeypatch)[1:] == told_of
