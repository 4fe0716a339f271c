"""A deliverable is delivered if its check passes for every run that it covers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, DeliverableStatus
from compiler.deliverables.files import Plot
from rules.results import deliverable_check
from rules.results.checked_deliverable import CheckedDeliverable, RunCheck, read_checked_deliverable
from rules.results.deliverable_check import CheckNotMade, CheckRun, check_runs, run_check
from rules.results.run_record import RunRecord
from tests.plans import TEST, planned_experiment, run_job
from tests.run_files import write_run

PASSES = lambda run: CheckResult(True, "file exists")  # noqa: E731


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def test_deliverable_is_delivered_if_all_runs_pass(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    result = check_runs(Plot(type="plot"), planned_experiment("study", {"a": {}, "b": {}}), runs, PASSES)
    assert result.status == "delivered"
    assert result.runs["a"] == RunCheck("delivered", True, "file exists")
    assert result.summary == "holds for 2 of 2 runs"


def test_deliverable_is_invalid_if_one_run_does_not_pass(lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    (runs["b"].folder / "output/training_curves.png").touch()
    experiment = planned_experiment("study", {"a": {}, "b": {}})
    result = check_runs(Plot(type="plot"), experiment, runs, lambda run: CheckResult(run.run_id == "a", "empty file"))
    assert result.status == "invalid"
    assert [check.validated for check in result.runs.values()] == [True, False]
    assert result.summary == "holds for 1 of 2 runs; example of a failed check: empty file"


def test_failed_run_is_not_checked_and_its_failure_is_the_detail(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", status="failed")}
    result = check_runs(Plot(type="plot"), planned_experiment("study", {"a": {}}), runs, PASSES)
    assert result.runs["a"] == RunCheck("not_checked", False, "the run failed: non_finite: loss is nan")
    assert result.status == "not_checked"


UNSYNCED = CheckResult(False, "not uploaded", is_unsynced=True)


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (CheckResult(True, "read"), "recorded_not_synced"),
        (UNSYNCED, "recorded_not_synced"),
        (CheckResult(False, "gone", is_missing=True), "missing"),
    ],
    ids=["delivered", "not synced", "missing"],
)
def test_log_that_was_not_uploaded_is_no_delivery(other: CheckResult, status: str, lab: Lab) -> None:
    runs = {name: write_run(lab, name) for name in ("a", "b")}
    experiment = planned_experiment("study", {"a": {}, "b": {}})
    result = check_runs(Plot(type="plot"), experiment, runs, lambda run: UNSYNCED if run.run_id == "a" else other)
    assert (result.status, result.is_validated) == (status, False)
    assert result.runs["a"] == RunCheck("recorded_not_synced", False, "not uploaded")


def test_deliverable_without_runs_is_not_checked() -> None:
    assert check_runs(Plot(type="plot"), planned_experiment(), {}, PASSES).status == "not_checked"


NO_FILE = lambda run: CheckResult(False, "no file")  # noqa: E731
NOT_ON_SERVER = lambda run: CheckResult(False, "the server has no such run", is_missing=True)  # noqa: E731


def raises(run: RunRecord) -> CheckResult:
    raise CheckNotMade(f"the check of {run.run_id} failed: KeyError: 'x'")


@pytest.mark.parametrize(
    ("check", "has_file", "status"),
    [
        pytest.param(PASSES, True, "delivered", id="passes"),
        pytest.param(NO_FILE, False, "missing", id="no file"),
        pytest.param(NO_FILE, True, "invalid", id="file that does not pass"),
        pytest.param(NOT_ON_SERVER, True, "missing", id="missing elsewhere"),
        pytest.param(raises, True, "not_checked", id="the check raised"),
        pytest.param(raises, False, "missing", id="the check raised without a file"),
    ],
)
def test_status_tells_a_missing_artifact_from_an_invalid_and_an_unchecked_one(
    lab: Lab, check: CheckRun, has_file: bool, status: str
) -> None:
    runs = {"a": write_run(lab, "a")}
    if has_file:
        (runs["a"].folder / "output/training_curves.png").touch()
    result = check_runs(Plot(type="plot"), planned_experiment("study", {"a": {}}), runs, check)
    assert (result.runs["a"].status, result.status) == (status, status)
    assert result.runs["a"].validated is (status == "delivered")


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("delivered", "delivered"), "delivered"),
        (("delivered", "not_checked"), "not_checked"),
        (("not_checked", "missing"), "missing"),
        (("missing", "invalid", "delivered"), "invalid"),
    ],
)
def test_status_over_all_runs_is_the_worst(statuses: tuple[DeliverableStatus, ...], status: str) -> None:
    runs = {str(number): RunCheck.of(run_status, "") for number, run_status in enumerate(statuses)}
    assert CheckedDeliverable.of_runs(Plot(type="plot"), runs).status == status


@pytest.mark.parametrize(
    ("error", "raised"),
    [(KeyError("x"), CheckNotMade), (FileNotFoundError("y"), CheckNotMade), (ConnectionError("z"), ConnectionError)],
    ids=["code of the check", "file that the check wants", "network"],
)
def test_check_that_raises_has_no_result_and_a_machine_failure_is_tried_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, error: Exception, raised: type[Exception]
) -> None:
    def faulty(*_: object) -> CheckResult:
        raise error

    monkeypatch.setattr(deliverable_check, "load_check", lambda spec: faulty)
    run = write_run(lab, "a")
    write_json(lab.run_job("a"), run_job("a", {}).to_json())
    with pytest.raises(raised):
        run_check(lab, Plot(type="plot"))(run)


def test_deliverable_over_best_checks_only_the_best_arm(lab: Lab) -> None:
    runs = {"a": write_run(lab, "a", 0.1), "b": write_run(lab, "b", 0.9)}
    experiment = planned_experiment("study", {"a": {"lr": 1}, "b": {"lr": 2}}, test=TEST)
    assert list(check_runs(Plot(type="plot", over="best"), experiment, runs, PASSES).runs) == ["b"]


@pytest.mark.parametrize("detail", [None, "supported: because"], ids=["over runs", "over the experiment"])
def test_result_is_read_back_as_written(tmp_path: Path, detail: str | None) -> None:
    comparison = {"verdict": "supported"} if detail else None
    runs = {"a": RunCheck("delivered", True, "file exists")}
    result = CheckedDeliverable(
        "plot",
        "plot",
        "exists",
        True,
        "all",
        "delivered",
        runs,
        detail,
        comparison,
    )
    (tmp_path / "plot.json").write_text(json.dumps(result.to_json()))
    assert read_checked_deliverable(tmp_path / "plot.json") == result
    assert ("detail" in result.to_json()) is (detail is not None)


def test_outcomes_of_the_parts_of_a_check_are_in_the_file_of_the_deliverable(tmp_path: Path) -> None:
    outcomes = ({"id": "first", "passed": True},)
    checked = CheckedDeliverable.of_runs(
        Plot(type="plot"),
        {
            "a": RunCheck.of_result("delivered", CheckResult(True, "all pass", outcomes=outcomes)),
            "b": RunCheck.of("delivered", "nothing else"),
        },
    )
    content = checked.to_json()
    assert content["runs"]["a"]["outcomes"] == outcomes
    assert "outcomes" not in content["runs"]["b"]
    write_json(tmp_path / "plot.json", content)
    assert read_checked_deliverable(tmp_path / "plot.json") == checked
