"""`results.json` states whether an experiment delivered, and summarises its arms and runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult
from compiler.deliverables.files import Plot
from rules.results.assemble_results import assemble_results
from rules.results.deliverable_check import check_runs
from rules.results.experiment_results import ExperimentResults, InvalidResults, read_results, write_results
from tests.plans import TEST, deliverable, planned_experiment
from tests.run_files import write_run


def assemble(
    lab: Lab, statuses: dict[str, str], passes: bool = True, damaged: tuple[str, ...] = ()
) -> ExperimentResults:
    """Return the results of an experiment whose runs have these statuses, and the metrics 0.8 and 0.9 in turn."""
    runs = {name: write_run(lab, name, 0.8 + 0.1 * (i % 2), state) for i, (name, state) in enumerate(statuses.items())}
    settings = {name: {"lr": 1, "seed": i} for i, name in enumerate(runs)}
    experiment = planned_experiment("study", settings, test=TEST, deliverables={"plot": deliverable()})
    plot = check_runs(Plot(type="plot"), experiment, runs, lambda run: CheckResult(passes, "checked"))
    return assemble_results(experiment, runs, {"plot": plot}, None, None, damaged, [])


@pytest.mark.parametrize(
    ("statuses", "passes", "damaged", "status"),
    [
        pytest.param({"a": "completed", "b": "completed"}, True, (), "completed", id="everything delivered"),
        pytest.param({"a": "completed", "b": "failed"}, True, (), "partial_success", id="one run failed"),
        pytest.param({"a": "completed"}, False, (), "partial_success", id="deliverable missed"),
        pytest.param({"a": "completed"}, True, ("a/x is missing",), "partial_success", id="damaged artifact"),
        pytest.param({"a": "failed", "b": "failed"}, True, (), "failed", id="no run completed"),
    ],
)
def test_status_is_completed_only_if_all_is_delivered_and_no_artifact_is_damaged(
    tmp_path: Path, statuses: dict[str, str], passes: bool, damaged: tuple[str, ...], status: str
) -> None:
    results = assemble(Lab(tmp_path), statuses, passes, damaged)
    assert results.status == status
    assert results.validation_results.all_deliverables_met is (status == "completed" or bool(damaged))
    assert results.validation_results.data_integrity_checks_passed is not bool(damaged)


def test_summary_of_an_arm_has_mean_sd_and_n_of_its_completed_runs(tmp_path: Path) -> None:
    summary = assemble(Lab(tmp_path), {"a": "completed", "b": "completed", "c": "failed"}).summary_metrics
    (arm,) = summary.arms
    assert (arm.level, arm.n, arm.failed) == ({"lr": 1}, 2, 1)
    accuracy = arm.metrics["accuracy"]
    assert (accuracy.mean, accuracy.sd, accuracy.n) == pytest.approx((0.85, 0.0707107, 2), abs=1e-6)
    assert summary.best is not None
    assert summary.best.level == {"lr": 1}


def test_single_run_has_no_sd(tmp_path: Path) -> None:
    (arm,) = assemble(Lab(tmp_path), {"a": "completed"}).summary_metrics.arms
    assert arm.metrics["accuracy"].sd is None


def test_failed_run_has_an_error_and_no_metrics(tmp_path: Path) -> None:
    (run,) = assemble(Lab(tmp_path), {"a": "failed"}).runs
    assert run.error is not None
    assert (run.status, run.error["kind"], run.metrics) == ("failed", "non_finite", {})
    assert run.deliverables_status["plot"].validated is False


def test_best_arm_is_none_if_no_run_has_the_metric(tmp_path: Path) -> None:
    assert assemble(Lab(tmp_path), {"a": "failed"}).summary_metrics.best is None


def test_results_are_read_back_as_written(tmp_path: Path) -> None:
    results, file = assemble(Lab(tmp_path), {"a": "completed", "b": "failed"}), tmp_path / "results.json"
    write_results(file, results)
    assert read_results(file) == results


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"status": "completed"}'], ids=["no JSON", "no object", "missing fields"]
)
def test_damaged_results_file_is_reported_with_its_path_and_a_remedy(content: str, tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidResults, match=r"results\.json: invalid: .*\(delete the file and build"):
        read_results(file)


def test_results_file_contains_the_best_arm_and_the_deliverables(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    write_results(file, assemble(Lab(tmp_path), {"a": "completed"}))
    content = read_json(file)
    assert content["schema_version"] == 1
    assert content["summary_metrics"]["best"] == {"level": {"lr": 1}, "mean": 0.8, "n": 1, "sd": None}
    assert content["deliverables_status"]["plot"] == {
        "detail": "holds for 1 of 1 runs",
        "path": "output/plot.png",
        "required": True,
        "status": "validated",
        "validated": True,
        "validation_method": "exists",
    }
    (run,) = content["runs"]
    assert run["deliverables_status"]["plot"] == {
        "detail": "checked",
        "path": "output/plot.png",
        "run_id": "a",
        "status": "validated",
        "validated": True,
        "validation_method": "exists",
    }
