"""The training core gives reproducible numbers and stops a diverging training."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest
from training_jobs import SHORT, config, config_group

from compiler.base.paths import Lab
from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.recording.history import LoggedValue
from lightning_modules.training.final_metrics import run_metrics
from lightning_modules.training.fit import FitResult, fit


def numbers(result: FitResult) -> tuple[dict[str, float], dict[str, float]]:
    return result.training, result.test


@pytest.mark.parametrize("model", ["mlp", "cnn"])
def test_same_config_gives_the_same_numbers(model: str, lab: Lab) -> None:
    short = config(trainer=SHORT) | {"model": config_group(f"model/{model}") | {"dropout": 0.5}}
    assert numbers(fit(short, lab.root)) == numbers(fit(short, lab.root))


def test_another_seed_gives_other_numbers(lab: Lab) -> None:
    first, second = (fit(config(seed=seed, trainer=SHORT), lab.root) for seed in (0, 1))
    assert numbers(first) != numbers(second)


def test_cnn_learns(lab: Lab) -> None:
    result = fit(config(trainer={"max_epochs": 5}) | {"model": config_group("model/cnn") | {"lr": 0.01}}, lab.root)
    assert result.test["accuracy"] > 0.95
    assert (result.epochs, result.steps) == (5, 170)


def test_diverging_training_loss_is_reported_with_epoch_and_step(lab: Lab) -> None:
    with pytest.raises(NonFiniteLoss, match=r"train_loss is (nan|inf) in epoch 0, after \d+ steps"):
        fit(config(model={"lr": 1e30}), lab.root)


def test_validation_loss_that_is_nan_is_reported(lab: Lab) -> None:
    with pytest.raises(NonFiniteLoss, match="eval_loss is nan"):
        fit(config(model={"_target_": "faulty_models.NanOnValidation"}, trainer=SHORT), lab.root)


def test_callbacks_of_the_config_are_kept(lab: Lab) -> None:
    timer = {"_target_": "lightning.pytorch.callbacks.Timer"}
    trainer = fit(config(trainer=SHORT | {"callbacks": [timer]}), lab.root).trainer
    assert {"Timer", "StopOnNonFiniteLoss"} <= {type(callback).__name__ for callback in trainer.callbacks}


def test_training_loss_logged_per_step_and_per_epoch_has_one_name_in_the_metrics(lab: Lab) -> None:
    result = fit(config(model={"_target_": "faulty_models.TwoLosses"}, trainer=SHORT), lab.root)
    metrics = run_metrics(result, {"train_loss": [LoggedValue(0, 0, 1.0)]})
    assert metrics["train_loss"] == result.training["train_loss_epoch"]
    assert "train_loss_step" not in metrics


def test_training_core_imports_only_code_that_determines_the_numbers() -> None:
    """Every imported module of the project becomes part of the fingerprint of every run."""
    assert _project_imports("lightning_modules.training.fit") == {
        "lightning_modules.training.config_callbacks",
        "lightning_modules.training.output_folder",
        "lightning_modules.training.trainer",
    }
    assert _project_imports("lightning_modules.training.trainer") == {
        "lightning_modules.checkpoints.plain_checkpoints",
        "lightning_modules.failures.non_finite",
        "lightning_modules.training.config_callbacks",
    }
    assert _project_imports("lightning_modules.training.config_callbacks") == set()
    assert _project_imports("lightning_modules.checkpoints.plain_checkpoints") == set()
    assert _project_imports("lightning_modules.models.mlp") == {"lightning_modules.models.classifier"}
    assert _project_imports("lightning_modules.models.classifier") == {"lightning_modules.models.fusable_module"}
    assert _project_imports("lightning_modules.models.fusable_module") == {"lightning_modules.models.epoch_means"}
    assert _project_imports("lightning_modules.data.digits") == set()


def _project_imports(module: str) -> set[str]:
    spec = find_spec(module)
    assert spec
    assert spec.origin
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name for name in modules if name.split(".")[0] in {"compiler", "lightning_modules", "agents", "rules"}}
