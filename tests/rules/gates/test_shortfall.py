"""One line lists the failed runs and the missed deliverables of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from compiler.deliverables.check import DeliverableStatus
from compiler.plan.model import PlannedExperiment
from rules.gates.shortfall import failed_runs_note, shortfall
from rules.results.content.checks import DeliverableSummary, PointResults, RunDeliverable
from rules.results.experiment_results import ExperimentResults
from tests.plans import deliverable, planned_experiment
from tests.run_files import experiment_results

THRESHOLD = {"validation": "threshold", "metric": "accuracy", "operator": ">=", "value": 0.85, "over": "all"}
PLOT = {"validation": "exists", "over": "all"}
SERVER = {"type": "wandb_run", "validation": "synced_and_downloadable", "over": "all"}
LOCAL_LOG = SERVER | {"mode": "offline"}
NAME = "evaluation_results"
PASSED, MISSED, FAILED = ("completed", True), ("completed", False), ("failed", False)


def results(runs: Sequence[tuple[str, bool]], **changes: Any) -> ExperimentResults:
    """Return results with one deliverable. A run is given by its status and whether its check passes."""
    is_validated = all(passes for _, passes in runs)
    status: DeliverableStatus = "delivered" if is_validated else "invalid"
    summary = DeliverableSummary("p", status, is_validated, required=True, validation_method="", detail="reason")
    points = tuple(run_results(str(number), *run) for number, run in enumerate(runs))
    defaults = {"experiment_id": "digits_lr", "deliverables_status": {NAME: summary}, "runs": points}
    return experiment_results(**defaults | changes)


def run_results(run_id: str, status: str, passes: bool, kind: str = "non_finite") -> PointResults:
    checks = {NAME: RunDeliverable("p", run_id, "delivered" if passes else "invalid", passes, "", "")}
    error = {"kind": kind} if status == "failed" else None
    return PointResults(run_id, run_id, {}, status, error, None, None, {}, checks)


def experiment(spec: dict[str, Any]) -> PlannedExperiment:
    return planned_experiment(deliverables={NAME: deliverable(**spec)})


@pytest.mark.parametrize(
    ("runs", "spec", "line"),
    [
        pytest.param([MISSED] * 2 + [PASSED] * 13, THRESHOLD, "2 of 15 runs miss accuracy >= 0.85", id="threshold"),
        pytest.param([MISSED], THRESHOLD, "1 of 1 run miss accuracy >= 0.85", id="one run"),
        pytest.param([FAILED, PASSED], THRESHOLD, "1 of 2 runs failed (non_finite)", id="failed run is listed once"),
        pytest.param(
            [FAILED, MISSED, PASSED],
            THRESHOLD,
            "1 of 3 runs failed (non_finite); 1 of 3 runs miss accuracy >= 0.85",
            id="failed and missed",
        ),
        pytest.param([MISSED], PLOT, "1 of 1 run miss evaluation_results (exists)", id="another validation"),
        pytest.param([MISSED], SERVER, "1 of 1 run miss evaluation_results (synced_and_downloadable)", id="server"),
        pytest.param([MISSED], LOCAL_LOG, "1 of 1 run miss evaluation_results (complete local log)", id="local log"),
        pytest.param(
            [MISSED], THRESHOLD | {"over": "best"}, "1 of 1 run of the best arm miss accuracy >= 0.85", id="best arm"
        ),
    ],
)
def test_line_counts_failed_runs_and_missed_deliverables(
    runs: list[tuple[str, bool]], spec: dict[str, Any], line: str
) -> None:
    assert shortfall(results(runs), experiment(spec)) == f"digits_lr: {line}"


def without_checks(incomplete: ExperimentResults, *run_ids: str) -> ExperimentResults:
    """Return the results without the checks of these runs, as if they belonged to another arm than the best."""
    runs = (replace(run, deliverables_status={}) if run.run_id in run_ids else run for run in incomplete.runs)
    return replace(incomplete, runs=tuple(runs))


def test_line_is_empty_if_everything_is_delivered() -> None:
    assert shortfall(results([PASSED], status="completed"), experiment(THRESHOLD)) == ""


def test_failed_run_that_no_required_deliverable_is_asked_of_is_no_shortfall() -> None:
    validated = {NAME: DeliverableSummary("p", "delivered", True, True, "", "")}
    incomplete = without_checks(results([PASSED, FAILED], deliverables_status=validated), "1")
    assert shortfall(incomplete, experiment(THRESHOLD)) == ""
    assert failed_runs_note(incomplete) == " (1 of 2 runs failed)"
    assert failed_runs_note(results([PASSED])) == ""


@pytest.mark.parametrize("required", [False, None], ids=["advisory", "none"])
def test_every_run_has_to_complete_if_nothing_is_required(required: bool | None) -> None:
    listed = {} if required is None else {NAME: DeliverableSummary("p", "invalid", False, required, "", "")}
    line = shortfall(results([PASSED, FAILED], deliverables_status=listed), experiment(THRESHOLD))
    assert line == "digits_lr: 1 of 2 runs failed (non_finite)"


@pytest.mark.parametrize(
    ("runs", "line"),
    [((), "digits_lr: it has no runs"), ((FAILED,), "digits_lr: 1 of 1 run failed (non_finite)")],
    ids=["no runs", "only failed runs"],
)
def test_comparison_cannot_be_delivered_without_a_completed_run(runs: Sequence[tuple[str, bool]], line: str) -> None:
    validated = {NAME: DeliverableSummary("p", "delivered", True, True, "", "")}
    incomplete = without_checks(results(runs, deliverables_status=validated), "0")
    assert shortfall(incomplete, experiment(THRESHOLD)) == line


def test_completed_run_without_a_promised_metric_is_a_shortfall() -> None:
    line = shortfall(results([PASSED, PASSED], missing_metrics={"1": ("f1", "accuracy")}), experiment(THRESHOLD))
    assert line == "digits_lr: 1 of 2 runs without a finite accuracy, f1"


def test_a_metric_that_no_run_has_is_listed_beside_those_that_were_logged() -> None:
    missing = {"0": ("tset/acc",), "1": ("tset/acc",)}
    lacking = results([PASSED, PASSED], missing_metrics=missing)
    runs = tuple(replace(run, metrics={"test/acc": 0.5, "val/acc": 0.25}) for run in lacking.runs)
    line = shortfall(replace(lacking, runs=runs), experiment(THRESHOLD))
    assert line == "digits_lr: 2 of 2 runs without a finite tset/acc (logged: test/acc, val/acc)"


def test_line_contains_the_detail_of_a_deliverable_that_is_not_checked_by_run() -> None:
    line = shortfall(without_checks(results([MISSED]), "0"), experiment({"over": "all"}))
    assert line == "digits_lr: evaluation_results: reason"


def test_line_contains_damaged_artifacts() -> None:
    damaged = results([PASSED], damaged_artifacts=("abc/output/metrics.json was changed after the run",))
    assert shortfall(damaged, experiment(THRESHOLD)).startswith("digits_lr: 1 artifacts were changed: abc/output")


def test_line_counts_kinds_of_failure() -> None:
    runs = (run_results("0", "failed", False), run_results("1", "failed", False, kind="out_of_memory"))
    line = shortfall(replace(results([FAILED, FAILED]), runs=runs), experiment(THRESHOLD))
    assert "2 of 2 runs failed (1 non_finite, 1 out_of_memory)" in line
