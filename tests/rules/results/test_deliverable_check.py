"""A deliverable is validated if its check passes for every run that it covers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult
from compiler.deliverables.files import Plot
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck, read_checked_deliverable
from rules.results.deliverable_check import check_runs
from tests.plans import TEST, planned_experiment
from tests.run_files import write_run

PASSES = lambda run: CheckResult(True, "file exists")  # noqa: E731


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_deliverable_is_validated_if_all_runs_pass(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    result = check_runs(Plot(type="plot"), planned_experiment("study", {"a": {}, "b": {}}), runs, PASSES)
    assert result.status == "validated"
    assert result.runs["a"] == RunCheck("completed", True, "file exists")
    assert result.summary == "holds for 2 of 2 runs"


def test_deliverable_fails_if_one_run_does_not_pass(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    experiment = planned_experiment("study", {"a": {}, "b": {}})
    result = check_runs(Plot(type="plot"), experiment, runs, lambda run: CheckResult(run.run_id == "a", "empty file"))
    assert result.status == "failed"
    assert [check.validated for check in result.runs.values()] == [True, False]
    assert result.summary == "holds for 1 of 2 runs; example of a failed check: empty file"


def test_failed_run_is_not_checked_and_its_failure_is_the_detail(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", status="failed")}
    result = check_runs(Plot(type="plot"), planned_experiment("study", {"a": {}}), runs, PASSES)
    assert result.runs["a"].detail == "the run failed: non_finite: loss is nan"


def test_deliverable_fails_without_runs() -> None:
    assert check_runs(Plot(type="plot"), planned_experiment(), {}, PASSES).status == "failed"


def test_deliverable_over_best_checks_only_the_best_arm(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", 0.1), "b": write_run(lab, "b", 0.9)}
    experiment = planned_experiment("study", {"a": {"lr": 1}, "b": {"lr": 2}}, test=TEST)
    assert list(check_runs(Plot(type="plot", over="best"), experiment, runs, PASSES).runs) == ["b"]


@pytest.mark.parametrize("detail", [None, "supported: because"], ids=["over runs", "over the experiment"])
def test_result_is_read_back_as_written(tmp_path: Path, detail: str | None) -> None:
    comparison = {"verdict": "supported"} if detail else None
    runs = {"a": RunCheck("completed", True, "file exists")}
    result = CheckedDeliverable(
        "plot",
        "plot",
        "exists",
        True,
        "all",
        "validated",
        runs,
        detail,
        comparison,
    )
    (tmp_path / "plot.json").write_text(json.dumps(result.to_json()))
    assert read_checked_deliverable(tmp_path / "plot.json") == result
    assert ("detail" in result.to_json()) is (detail is not None)
