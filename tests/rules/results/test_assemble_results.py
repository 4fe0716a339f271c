"""`results.json` states whether an experiment delivered, and summarises its arms and runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.base.json_files import read_json, write_json
from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, TrackedRun
from compiler.deliverables.files import Plot
from compiler.deliverables.wandb_run import WandbRun
from rules.results.assemble_results import assemble_results
from rules.results.content.checks import ValidationResults
from rules.results.content.summary import BestValue
from rules.results.deliverable_check import check_runs
from rules.results.evaluation.evaluate import Evaluation
from rules.results.experiment_results import ExperimentResults, InvalidResults, read_results, write_results
from rules.results.required_metrics import missing_metrics
from rules.results.summary_metrics import duration_text, summarise_metrics
from tests.plans import TEST, deliverable, planned_experiment
from tests.run_files import registration_results, write_run

NO_EVALUATION = Evaluation(None, None, registration_results())


def assemble(
    lab: Lab, statuses: dict[str, str], passes: bool = True, damaged: tuple[str, ...] = (), over: str = "all"
) -> ExperimentResults:
    """Return the results of an experiment whose runs have these statuses, and the metrics 0.8 and 0.9 in turn.

    The status `no metric` is that of a completed run without a metric.
    """
    runs = {
        name: write_run(lab, name, None, "completed")
        if state == "no metric"
        else write_run(lab, name, 0.8 + 0.1 * (i % 2), state)
        for i, (name, state) in enumerate(statuses.items())
    }
    settings = {name: {"lr": i if over == "best" else 1, "seed": i} for i, name in enumerate(runs)}
    experiment = planned_experiment("study", settings, test=TEST, deliverables={"plot": deliverable(over=over)})
    spec = Plot.model_validate({"type": "plot", "over": over})
    plot = check_runs(spec, experiment, runs, lambda run: CheckResult(passes, "checked"))
    return assemble_results(experiment, runs, {"plot": plot}, NO_EVALUATION, damaged, [])


@pytest.mark.parametrize(
    ("statuses", "passes", "damaged", "status", "met", "is_intact"),
    [
        pytest.param({"a": "completed", "b": "completed"}, True, (), "completed", True, True, id="all delivered"),
        pytest.param({"a": "completed", "b": "failed"}, True, (), "partial_success", False, True, id="one run failed"),
        pytest.param({"a": "completed"}, False, (), "partial_success", False, True, id="deliverable missed"),
        pytest.param({"a": "completed"}, True, ("a/x is missing",), "partial_success", True, False, id="damage"),
        pytest.param({"a": "completed", "b": "no metric"}, True, (), "partial_success", True, False, id="no metric"),
        pytest.param({"a": "failed", "b": "failed"}, True, (), "failed", False, False, id="no run completed"),
    ],
)
def test_status_is_completed_only_if_all_runs_and_checks_passed(
    tmp_path: Path,
    statuses: dict[str, str],
    passes: bool,
    damaged: tuple[str, ...],
    status: str,
    met: bool,
    is_intact: bool,
) -> None:
    results = assemble(Lab(tmp_path), statuses, passes, damaged)
    assert results.status == status
    assert results.validation_results == ValidationResults(met, None, is_intact)


@pytest.mark.parametrize(("names", "ids"), [("a", {"run_id": "a"}), ("ab", {"run_ids": ["a", "b"]})])
def test_tracked_runs_are_named_in_results_json(names: str, ids: dict[str, Any], tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    runs = {name: write_run(lab, name, 0.9) for name in names}
    tracked = deliverable(type="wandb_run", path="output/wandb", validation="synced_and_downloadable")
    settings = {name: {"seed": number} for number, name in enumerate(names)}
    experiment = planned_experiment("study", settings, deliverables={"wandb_run": tracked})
    spec = WandbRun(type="wandb_run")
    checked = check_runs(
        spec,
        experiment,
        runs,
        lambda run: CheckResult(True, "read", tracked=TrackedRun("research", run.run_id, has_no_answer=True)),
    )
    results = assemble_results(experiment, runs, {"wandb_run": checked}, NO_EVALUATION, [], [])
    write_results(tmp_path / "results.json", results)
    content = read_json(tmp_path / "results.json")
    status = content["deliverables_status"]["wandb_run"]
    names = ("project", "entity", "run_id", "run_ids", "url", "checked_at")
    tracked_fields = {key: value for key, value in status.items() if key in names}
    assert tracked_fields == {"project": "research", "entity": None, "url": None} | ids
    assert content["runs"][0]["deliverables_status"]["wandb_run"]["project"] == "research"
    assert read_results(tmp_path / "results.json") == results


def test_failed_run_of_another_arm_leaves_the_deliverable_met_and_the_experiment_partial(tmp_path: Path) -> None:
    results = assemble(Lab(tmp_path), {"a": "completed", "b": "failed"}, over="best")
    assert results.status == "partial_success"
    assert results.validation_results.all_deliverables_met is True
    assert results.deliverables_status["plot"].status == "delivered"


def test_validations_of_nothing_are_null(tmp_path: Path) -> None:
    runs = {"a": write_run(Lab(tmp_path), "a")}
    results = assemble_results(planned_experiment("study", {"a": {}}), runs, {}, NO_EVALUATION, [], [])
    assert (results.status, results.validation_results) == ("completed", ValidationResults(None, None, True))


def test_completed_runs_without_a_promised_metric_are_listed(tmp_path: Path) -> None:
    results = assemble(Lab(tmp_path), {"a": "completed", "b": "no metric", "c": "failed"})
    assert results.missing_metrics == {"b": ("accuracy",)}


@pytest.mark.parametrize(
    ("metrics", "missing"),
    [({"accuracy": 0.5}, {}), ({"accuracy": None}, {"a": ("accuracy",)}), ({"auc": None, "f1": 1}, {"a": ("auc",)})],
    ids=["finite", "not finite", "one of two"],
)
def test_a_spec_that_asks_for_nothing_promises_finite_metrics(
    tmp_path: Path, metrics: dict[str, Any], missing: dict[str, Any]
) -> None:
    runs = {"a": write_run(Lab(tmp_path), "a", None)}
    write_json(runs["a"].folder / "output/metrics.json", metrics)
    implied = deliverable(type="completed_runs", path="output/metrics.json", validation="metrics_finite")
    experiment = planned_experiment("study", {"a": {}}, deliverables={"completed_runs": implied})
    assert missing_metrics(experiment, runs) == missing


@pytest.mark.parametrize(
    ("goal", "best"),
    [("maximize", BestValue(0.9, {"lr": 1, "seed": 1}, "b")), ("minimize", BestValue(0.8, {"lr": 1, "seed": 0}, "a"))],
)
def test_best_value_is_that_of_the_best_run(tmp_path: Path, goal: Any, best: BestValue) -> None:
    runs = {name: write_run(Lab(tmp_path), name, value) for name, value in (("a", 0.8), ("b", 0.9), ("c", 0.85))}
    settings = {name: {"lr": 1, "seed": number} for number, name in enumerate(runs)}
    experiment = planned_experiment("study", settings, test=replace(TEST, goal=goal))
    assert summarise_metrics(experiment, runs).best_value == best


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0s"), (59.7, "1m 0s"), (200, "3m 20s"), (8100, "2h 15m"), (3599.6, "1h 0m"), (90000, "25h 0m")],
)
def test_duration_is_readable(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


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
    summary = read_json(file)["summary_metrics"]
    assert summary["best_accuracy"] == {"value": 0.8, "setting": {"lr": 1, "seed": 0}, "run": "a"}
    assert summary["total_training_time"] == {"seconds": 4.0, "text": "4s"}


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"status": "completed"}', '{"summary_metrics": {"metric": "accuracy", "best_accuracy": null}}'],
    ids=["no JSON", "no object", "missing fields", "only a summary"],
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
        "status": "delivered",
        "validated": True,
        "validation_method": "exists",
    }
    (run,) = content["runs"]
    assert run["deliverables_status"]["plot"] == {
        "detail": "checked",
        "path": "output/plot.png",
        "run_id": "a",
        "status": "delivered",
        "validated": True,
        "validation_method": "exists",
    }
