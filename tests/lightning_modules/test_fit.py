from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest
from training_jobs import SHORT, config, group

from compiler.base.paths import Lab
from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.recording.history import LoggedValue
from lightning_modules.training.final_metrics import run_metrics
from lightning_modules.training.fit import FitResult, fit


def numbers(fitted: FitResult) -> tuple[dict[str, float], dict[str, float]]:
    return fitted.training, fitted.test


@pytest.mark.parametrize("model", ["mlp", "cnn"])
def test_the_same_config_gives_the_same_numbers(model: str, lab: Lab) -> None:
    short = config(trainer=SHORT) | {"model": group(f"model/{model}") | {"dropout": 0.5}}
    assert numbers(fit(short, lab.root)) == numbers(fit(short, lab.root))


def test_another_seed_gives_other_numbers(lab: Lab) -> None:
    assert numbers(fit(config(seed=0, trainer=SHORT), lab.root)) != numbers(
        fit(config(seed=1, trainer=SHORT), lab.root)
    )


def test_the_cnn_learns(lab: Lab) -> None:
    fitted = fit(config(trainer={"max_epochs": 5}) | {"model": group("model/cnn") | {"lr": 0.01}}, lab.root)
    assert fitted.test["accuracy"] > 0.95
    assert (fitted.epochs, fitted.steps) == (5, 170)


def test_a_diverging_loss_is_named(lab: Lab) -> None:
    with pytest.raises(NonFiniteLoss, match=r"train_loss is (nan|inf) in epoch 0, after \d+ steps"):
        fit(config(model={"lr": 1e30}), lab.root)


def test_a_validation_loss_that_is_no_number_is_named_too(lab: Lab) -> None:
    with pytest.raises(NonFiniteLoss, match="eval_loss is nan"):
        fit(config(model={"_target_": "subjects.NanOnValidation"}, trainer=SHORT), lab.root)


def test_callbacks_of_the_config_are_kept(lab: Lab) -> None:
    own = {"_target_": "lightning.pytorch.callbacks.Timer"}
    trainer = fit(config(trainer=SHORT | {"callbacks": [own]}), lab.root).trainer
    assert {"Timer", "StopOnNonFiniteLoss"} <= {type(callback).__name__ for callback in trainer.callbacks}


def test_a_model_may_log_its_training_loss_as_lightning_names_it(lab: Lab) -> None:
    fitted = fit(config(model={"_target_": "subjects.TwoLosses"}, trainer=SHORT), lab.root)
    numbers = run_metrics(fitted, {"train_loss": [LoggedValue(0, 0, 1.0)]})
    assert numbers["train_loss"] == fitted.training["train_loss_epoch"]
    assert "train_loss_step" not in numbers


def test_the_core_imports_only_what_decides_the_numbers() -> None:
    """Whatever it imports of this project becomes part of every run's fingerprint."""
    assert _project_imports("lightning_modules.training.fit") == {"lightning_modules.failures.non_finite"}
    assert _project_imports("lightning_modules.models.mlp") == {"lightning_modules.models.classifier"}
    assert _project_imports("lightning_modules.models.classifier") == {"lightning_modules.models.epoch_means"}
    assert _project_imports("lightning_modules.data.digits") == set()


def _project_imports(module: str) -> set[str]:
    spec = find_spec(module)
    assert spec
    assert spec.origin
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    found = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    return {name for name in found if name.split(".")[0] in {"compiler", "lightning_modules", "agents", "rules"}}
