"""What a finished fit has measured is kept, whatever fails after it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from safetensors import safe_open
from training_jobs import RUN_ID, SHORT, faulty_job, files_below, run_job

from compiler.base.json_files import read_json
from compiler.base.paths import Lab
from compiler.deliverables.check import CheckResult, FinishedRun
from compiler.deliverables.evaluation_results import EvaluationResults, threshold
from compiler.runs.run_status import RunStatus
from lightning_modules.checks import model_checkpoint
from lightning_modules.run_store.train_run import train_run


def train(name: str, lab: Lab, **changes: Any) -> RunStatus:
    return train_run(faulty_job(name, **changes), lab, 1, last_attempt=True, log=None)


def output_of(lab: Lab, name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = read_json(lab.run(RUN_ID) / "output" / name)
    return content


def check(lab: Lab, name: str) -> CheckResult:
    run = FinishedRun(RUN_ID, lab.run(RUN_ID), faulty_job(name).config, {})
    return model_checkpoint.check(run, SimpleNamespace(path="output/final_model"))


METHODS = {
    "WithoutPredictStep": ("forward(*batch[:-1])", {"prediction"}),
    "PredictsOnlyInTest": ("test_step", {"prediction.target", "prediction.prediction", "prediction.test_loss"}),
    "PredictsMapping": ("predict_step", {"prediction.logits", "prediction.parts.0", "prediction.parts.1"}),
}


@pytest.mark.parametrize(("name", "expected"), METHODS.items(), ids=METHODS)
def test_the_prediction_is_recorded_by_the_first_method_that_gives_a_tensor(
    name: str, expected: tuple[str, set[str]], lab: Lab
) -> None:
    assert train(name, lab).is_completed
    with safe_open(lab.run(RUN_ID) / "output/final_model/sample.safetensors", framework="pt") as sample:
        names = {key for key in sample.keys() if key.startswith("prediction")}  # noqa: SIM118
        assert (sample.metadata()["method"], names) == expected
    result = check(lab, name)
    assert result.passed, result.detail
    assert "repeats the recorded prediction" in result.detail


def test_a_model_that_predicts_nothing_completes_and_its_check_says_why(lab: Lab) -> None:
    assert train("PredictsNothing", lab).is_completed
    assert output_of(lab, "eval_results.json")["accuracy"] >= 0
    result = check(lab, "PredictsNothing")
    assert result.passed
    assert "no prediction was recorded to compare: forward(batch):" in result.detail


def test_a_model_without_a_test_keeps_the_metrics_of_its_training(lab: Lab) -> None:
    assert train("WithoutTest", lab).is_completed
    assert output_of(lab, "metrics.json")["eval_accuracy"] >= 0
    results = output_of(lab, "eval_results.json")
    assert results["not_tested"] == "WithoutTest has no test_step"
    spec = EvaluationResults(type="evaluation_results", metric="accuracy", operator=">", value=0.5)
    checked = threshold(FinishedRun(RUN_ID, lab.run(RUN_ID), {}, {}), spec)
    detail = "output/eval_results.json has no finite number for accuracy (WithoutTest has no test_step)"
    assert (checked.passed, checked.detail) == (False, detail)


def test_a_failed_test_leaves_the_metrics_of_the_training(lab: Lab) -> None:
    status = train("FailsInTest", lab)
    assert status.error
    assert (status.status, status.error.kind, status.error.message) == ("failed", "error", "the test is broken")
    assert output_of(lab, "metrics.json")["eval_accuracy"] >= 0
    assert output_of(lab, "eval_results.json")["not_tested"] == "the test failed"


def test_an_output_that_cannot_be_written_is_left_out_with_a_reason(lab: Lab) -> None:
    assert train("FailsToExport", lab).is_completed
    reasons = output_of(lab, "not_written.json")
    assert reasons["FailsToExport.export"] == "ValueError: the tokenizer has no name"
    assert {"output/metrics.json", "output/final_model/model.safetensors"} <= files_below(lab.run(RUN_ID))


def test_a_loss_of_any_name_that_is_nan_ends_the_training(lab: Lab) -> None:
    job = run_job(model={"_target_": "faulty_models.DivergesInValidation"}, trainer=SHORT | {"max_epochs": 3})
    status = train_run(job, lab, 1, last_attempt=True, log=None)
    assert status.error
    assert (status.error.kind, status.error.message) == ("non_finite", "val/loss is nan in epoch 1, after 10 steps")


def test_layers_made_in_setup_are_named_as_the_cause(lab: Lab) -> None:
    assert train("LateLayers", lab).is_completed
    result = check(lab, "LateLayers")
    assert not result.passed
    assert "makes layers in setup() and cannot be rebuilt without its data" in result.detail
