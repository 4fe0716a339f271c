"""The Trainer of Hugging Face in a training function, with a model of a few random weights."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from lightning_modules.wrap.huggingface import WrongTrainer
from lightning_modules.wrap.process_state import DISTRIBUTED
from lightning_modules.wrap.recorder import RunRecorder

transformers = pytest.importorskip("transformers")


@pytest.fixture(autouse=True)
def _single_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the variables of distributed trainings, as a run does, which other tests may have set."""
    for variable in DISTRIBUTED:
        monkeypatch.delenv(variable, raising=False)


class Regression(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def forward(self, x: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
        prediction = self.layer(x)[:, 0]
        return {"loss": torch.nn.functional.mse_loss(prediction, labels), "prediction": prediction}


def trainer(run: RunRecorder, has_test: bool = True, **arguments: Any) -> Any:
    torch.manual_seed(0)
    rows = [{"x": point, "labels": point.sum()} for point in torch.randn(16, 2)]
    settings = {"num_train_epochs": 2, "logging_steps": 2, "per_device_train_batch_size": 8, **run.trainer_arguments()}
    training_arguments = transformers.TrainingArguments(**settings | arguments)
    evaluation = rows if has_test else None
    return transformers.Trainer(Regression(), training_arguments, train_dataset=rows, eval_dataset=evaluation)


def test_metrics_history_and_weights_are_those_of_the_trainer(tmp_path: Path) -> None:
    run = RunRecorder(tmp_path, 3)
    metrics = run.fit_trainer(trainer(run))
    assert metrics.keys() == {"eval_loss"}
    assert run.last["eval_loss"] == metrics["eval_loss"]
    assert {"loss", "learning_rate", "grad_norm", "eval_loss"} <= run.last.keys()
    assert not any("runtime" in name or "per_second" in name for name in run.last)
    assert load_file(tmp_path / "final_model/model.safetensors").keys() == {"layer.weight", "layer.bias"}
    assert [file.name for file in tmp_path.iterdir()] == ["final_model"]  # no checkpoints of the Trainer


def test_same_seed_gives_the_same_metrics_and_another_seed_others(tmp_path: Path) -> None:
    runs = [RunRecorder(tmp_path / str(number), seed) for number, seed in enumerate((3, 3, 4))]
    first, second, third = (run.fit_trainer(trainer(run, data_seed=run.seed)) for run in runs)
    assert first == second
    assert first != third


def test_without_evaluation_data_the_metrics_are_those_of_the_training(tmp_path: Path) -> None:
    run = RunRecorder(tmp_path, 3)
    assert run.fit_trainer(trainer(run, has_test=False)).keys() == {"train_loss"}


def test_logging_services_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wandb.init", lambda *_, **__: pytest.fail("W&B was started"))
    run = RunRecorder(tmp_path, 3)
    run.fit_trainer(trainer(run, report_to="wandb"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param({"seed": 42}, "has the seed 42, and the run has the seed 3", id="fixed seed"),
        pytest.param({"output_dir": "out"}, "writes to out, which other runs may use as well", id="shared folder"),
    ],
)
def test_trainer_that_contradicts_the_run_is_refused(tmp_path: Path, arguments: dict[str, Any], words: str) -> None:
    run = RunRecorder(tmp_path, 3)
    with pytest.raises(WrongTrainer, match=words):
        run.fit_trainer(trainer(run, **arguments))


def test_loss_that_diverges_is_logged_as_it_is(tmp_path: Path) -> None:
    run = RunRecorder(tmp_path, 3)
    broken = trainer(run, learning_rate=1e38)
    run.fit_trainer(broken)
    assert not math.isfinite(run.last["loss"])
