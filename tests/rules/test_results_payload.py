"""The payload, for full, partial and no success."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runs import write_run

from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult
from compiler.deliverables.files import Plot
from rules.results.deliverable_check import checked_deliverable
from rules.results.payload import results_payload
from tests.plans import TEST, deliverable, planned_experiment


def payload(lab: Lab, statuses: dict[str, str], holds: bool = True, damaged: tuple[str, ...] = ()) -> dict[str, Any]:
    """Of an experiment whose runs have these states, 0.8 and 0.9 being measured in turn."""
    runs = {name: write_run(lab, name, 0.8 + 0.1 * (i % 2), state) for i, (name, state) in enumerate(statuses.items())}
    points = {name: {"lr": 1, "seed": i} for i, name in enumerate(runs)}
    entry = planned_experiment("study", points, test=TEST, deliverables={"plot": deliverable()})
    plot = checked_deliverable(Plot(type="plot"), entry, runs, lambda run: CheckResult(holds, "seen"))
    return results_payload(entry, runs, {"plot": plot}, None, None, damaged, [])


@pytest.mark.parametrize(
    ("statuses", "holds", "damaged", "status"),
    [
        pytest.param({"a": "completed", "b": "completed"}, True, (), "completed", id="delivers"),
        pytest.param({"a": "completed", "b": "failed"}, True, (), "partial_success", id="one run failed"),
        pytest.param({"a": "completed"}, False, (), "partial_success", id="a promise is not kept"),
        pytest.param({"a": "completed"}, True, ("a/x is gone",), "partial_success", id="damaged"),
        pytest.param({"a": "failed", "b": "failed"}, True, (), "failed", id="no run completed"),
    ],
)
def test_the_status_is_honest(
    tmp_path: Path, statuses: dict[str, str], holds: bool, damaged: tuple[str, ...], status: str
) -> None:
    found = payload(Lab(tmp_path), statuses, holds, damaged)
    assert found["status"] == status
    assert found["validation_results"]["all_deliverables_met"] is (status == "completed" or bool(damaged))
    assert found["validation_results"]["data_integrity_checks_passed"] is not bool(damaged)


def test_arms_have_mean_sd_and_n(tmp_path: Path) -> None:
    found = payload(Lab(tmp_path), {"a": "completed", "b": "completed", "c": "failed"})
    (arm,) = found["summary_metrics"]["arms"]
    assert (arm["level"], arm["n"], arm["failed"]) == ({"lr": 1}, 2, 1)
    assert arm["metrics"]["accuracy"] == pytest.approx({"mean": 0.85, "sd": 0.0707107, "n": 2}, abs=1e-6)
    assert found["summary_metrics"]["best"]["level"] == {"lr": 1}


def test_one_run_has_no_sd(tmp_path: Path) -> None:
    (arm,) = payload(Lab(tmp_path), {"a": "completed"})["summary_metrics"]["arms"]
    assert arm["metrics"]["accuracy"]["sd"] is None


def test_a_failed_run_has_its_error_and_no_metrics(tmp_path: Path) -> None:
    (run,) = payload(Lab(tmp_path), {"a": "failed"})["runs"]
    assert (run["status"], run["error"]["kind"], run["metrics"]) == ("failed", "non_finite", {})
    assert run["deliverables_status"]["plot"]["validated"] is False


def test_without_any_measured_run_there_is_no_best(tmp_path: Path) -> None:
    assert payload(Lab(tmp_path), {"a": "failed"})["summary_metrics"]["best"] is None
