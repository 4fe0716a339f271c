"""One line lists the failed runs and the missed deliverables of an experiment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from compiler.plan.model import PlannedExperiment
from rules.results.experiment_results import DeliverableSummary, ExperimentResults, PointResults, RunDeliverable
from rules.results.shortfall import shortfall
from tests.plans import deliverable, planned_experiment
from tests.run_files import experiment_results

THRESHOLD = {"validation": "threshold", "metric": "accuracy", "operator": ">=", "value": 0.85, "over": "all"}
PLOT = {"validation": "exists", "over": "all"}
NAME = "evaluation_results"
PASSED, MISSED, FAILED = ("completed", True), ("completed", False), ("failed", False)


def results(runs: Sequence[tuple[str, bool]], **changes: Any) -> ExperimentResults:
    """Return results with one deliverable. A run is given by its status and whether its check passes."""
    is_validated = all(passes for _, passes in runs)
    summary = DeliverableSummary("p", "failed", is_validated, required=True, validation_method="", detail="reason")
    points = tuple(run_results(str(number), *run) for number, run in enumerate(runs))
    defaults = {"experiment_id": "digits_lr", "deliverables_status": {NAME: summary}, "runs": points}
    return experiment_results(**defaults | changes)


def run_results(run_id: str, status: str, passes: bool, kind: str = "non_finite") -> PointResults:
    checks = {NAME: RunDeliverable("p", run_id, "", passes, "", "")}
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
        pytest.param(
            [MISSED], THRESHOLD | {"over": "best"}, "1 of 1 run of the best arm miss accuracy >= 0.85", id="best arm"
        ),
    ],
)
def test_line_counts_failed_runs_and_missed_deliverables(
    runs: list[tuple[str, bool]], spec: dict[str, Any], line: str
) -> None:
    assert shortfall(results(runs), experiment(spec)) == f"digits_lr: {line}"


def test_line_is_empty_if_everything_is_delivered() -> None:
    assert shortfall(results([PASSED], status="completed"), experiment(THRESHOLD)) == ""


def test_line_contains_the_detail_of_a_deliverable_that_is_not_checked_by_run() -> None:
    incomplete = results([MISSED])
    runs = tuple(replace(run, deliverables_status={}) for run in incomplete.runs)
    line = shortfall(replace(incomplete, runs=runs), experiment({"over": "all"}))
    assert line == "digits_lr: evaluation_results: reason"


def test_line_contains_damaged_artifacts() -> None:
    damaged = results([PASSED], damaged_artifacts=("abc/output/metrics.json was changed after the run",))
    assert shortfall(damaged, experiment(THRESHOLD)).startswith("digits_lr: 1 artifacts were changed: abc/output")


def test_line_counts_kinds_of_failure() -> None:
    runs = (run_results("0", "failed", False), run_results("1", "failed", False, kind="out_of_memory"))
    line = shortfall(replace(results([FAILED, FAILED]), runs=runs), experiment(THRESHOLD))
    assert "2 of 2 runs failed (1 non_finite, 1 out_of_memory)" in line
