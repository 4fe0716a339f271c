"""The numbers of a finished run, under the names that the rest of Proband reads."""

from __future__ import annotations

import math
from statistics import fmean
from typing import Any

from lightning_modules.recording.history import History, LoggedValue
from lightning_modules.training.fit import Fitted

Numbers = dict[str, Any]


def run_metrics(fitted: Fitted, history: History) -> Numbers:
    """Every scalar that was logged last, and these by fixed names.

    `train_loss` is the mean over the last epoch, which a model may log as `train_loss_epoch`; otherwise the logged
    steps are averaged. `eval_loss` is the last validation's, `test_loss` and `accuracy` are the test split's.
    `final_accuracy` and `best_accuracy` are validation accuracies: the last and the highest one.
    """
    logged = {name: value for name, value in fitted.training.items() if not _is_fork(name, fitted.training)}
    named: Numbers = {"epochs": fitted.epochs, "steps": fitted.steps}
    if "train_loss" in history:
        named["train_loss"] = fitted.training.get("train_loss_epoch", _last_epoch_mean(history["train_loss"]))
    if "eval_accuracy" in fitted.training:
        named["final_accuracy"] = fitted.training["eval_accuracy"]
        named["best_accuracy"] = _highest(history.get("eval_accuracy", []))
    return {**logged, **fitted.test, **named}


def eval_results(fitted: Fitted, n: int) -> Numbers:
    """The test split: its metrics, flat, beside the number of samples they were measured on."""
    return {**fitted.test, "split": "test", "n": n}


def _is_fork(name: str, logged: dict[str, float]) -> bool:
    """Lightning adds `x_step` to `x` when a metric is logged per step and per epoch."""
    return name.endswith("_step") and name.removesuffix("_step") in logged


def _last_epoch_mean(logged: list[LoggedValue]) -> float:
    return fmean(point.value for point in logged if point.epoch == logged[-1].epoch)


def _highest(logged: list[LoggedValue]) -> float | None:
    finite = [point.value for point in logged if math.isfinite(point.value)]
    return max(finite, default=None)
