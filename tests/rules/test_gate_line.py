"""The one line that says what was not delivered."""

from __future__ import annotations

from typing import Any

import pytest

from compiler.plan.model import PlannedExperiment
from rules.results.shortfall import gate_line
from tests.plans import deliverable, planned_experiment

THRESHOLD = {"validation": "threshold", "metric": "accuracy", "operator": ">=", "value": 0.85, "over": "all"}
PLOT = {"validation": "exists", "over": "all"}


def results(runs: list[tuple[str, bool]], name: str = "evaluation_results", **more: Any) -> dict[str, Any]:
    """Runs as (status, whether the one deliverable holds)."""
    return {
        "experiment_id": "digits_lr",
        "status": "partial_success",
        "damaged_artifacts": [],
        "deliverables_status": {name: {"required": True, "validated": all(ok for _, ok in runs), "detail": "why"}},
        "runs": [
            {
                "run_id": str(number),
                "status": status,
                "error": {"kind": "non_finite"} if status == "failed" else None,
                "deliverables_status": {name: {"validated": ok}},
            }
            for number, (status, ok) in enumerate(runs)
        ],
    } | more


def entry(spec: dict[str, Any], name: str = "evaluation_results") -> PlannedExperiment:
    return planned_experiment(deliverables={name: deliverable(**spec)})


GOOD, BAD, FAILED = ("completed", True), ("completed", False), ("failed", False)


@pytest.mark.parametrize(
    ("runs", "spec", "line"),
    [
        pytest.param([BAD] * 2 + [GOOD] * 13, THRESHOLD, "2 of 15 runs miss accuracy >= 0.85", id="threshold"),
        pytest.param([BAD], THRESHOLD, "1 of 1 run miss accuracy >= 0.85", id="one run"),
        pytest.param([FAILED, GOOD], THRESHOLD, "1 of 2 runs failed (non_finite)", id="a failed run is told once"),
        pytest.param(
            [FAILED, BAD, GOOD],
            THRESHOLD,
            "1 of 3 runs failed (non_finite); 1 of 3 runs miss accuracy >= 0.85",
            id="failed and missed",
        ),
        pytest.param([BAD], PLOT, "1 of 1 run miss evaluation_results (exists)", id="another validation"),
        pytest.param(
            [BAD], THRESHOLD | {"over": "best"}, "1 of 1 run of the best arm miss accuracy >= 0.85", id="best arm"
        ),
    ],
)
def test_what_is_missing_is_told(runs: list[tuple[str, bool]], spec: dict[str, Any], line: str) -> None:
    assert gate_line(results(runs), entry(spec)) == f"digits_lr: {line}"


def test_an_experiment_that_delivers_has_no_line() -> None:
    assert gate_line(results([GOOD], status="completed"), entry(THRESHOLD)) == ""


def test_a_deliverable_over_no_runs_is_told_by_its_detail() -> None:
    found = results([BAD], name="comparison")
    found["runs"][0]["deliverables_status"] = {}
    assert gate_line(found, entry({"over": "all"}, "comparison")) == "digits_lr: comparison: why"


def test_damaged_artifacts_are_told() -> None:
    found = results([GOOD], damaged_artifacts=["abc/output/metrics.json was changed after the run"])
    assert gate_line(found, entry(THRESHOLD)).startswith("digits_lr: 1 artifacts were changed: abc/output")


def test_kinds_of_failure_are_counted() -> None:
    found = results([FAILED, FAILED])
    found["runs"][1]["error"] = {"kind": "out_of_memory"}
    assert "2 of 2 runs failed (1 non_finite, 1 out_of_memory)" in gate_line(found, entry(THRESHOLD))
