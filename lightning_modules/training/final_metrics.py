"""Compute the metrics of a finished training, under the names that the rest of Proband reads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from lightning_modules.recording.history import History, LoggedValue
from lightning_modules.training.fit import FitResult

Metrics = dict[str, Any]


def run_metrics(result: FitResult, history: History) -> Metrics:
    """Return the content of `metrics.json`: the last value of every logged scalar, and these metrics.

    `train_loss` is the mean over the last epoch: the logged `train_loss_epoch`, or else the mean of the logged steps.
    `eval_loss` is the last validation loss. `test_loss` and `accuracy` belong to the test split. `final_accuracy` and
    `best_accuracy` are the last and the highest validation accuracy.
    """
    logged = {name: value for name, value in result.training.items() if not _is_step_duplicate(name, result.training)}
    derived: Metrics = {"epochs": result.epochs, "steps": result.steps}
    if "train_loss" in history:
        derived["train_loss"] = result.training.get("train_loss_epoch", _last_epoch_mean(history["train_loss"]))
    if "eval_accuracy" in result.training:
        derived["final_accuracy"] = result.training["eval_accuracy"]
        derived["best_accuracy"] = _highest(history.get("eval_accuracy", []))
    return {**logged, **result.test, **derived}


def eval_results(result: FitResult, n: int, output: Path) -> Metrics:
    """Return the content of `eval_results.json`: the metrics of the test split and its number of samples.

    If the weights of a checkpoint were tested, `checkpoint` names its file below `output`. `not_tested` states why
    there are no metrics.
    """
    file = result.checkpoint
    tested = {"checkpoint": file.relative_to(output.resolve()).as_posix()} if file else {}
    reason = {"not_tested": result.not_tested} if result.not_tested else {}
    return {**result.test, "split": "test", "n": n, **tested, **reason}


def _is_step_duplicate(name: str, logged: dict[str, float]) -> bool:
    """Return whether Lightning added this `x_step` because the metric `x` is logged per step and per epoch."""
    return name.endswith("_step") and name.removesuffix("_step") in logged


def _last_epoch_mean(logged: Sequence[LoggedValue]) -> float:
    last = logged[-1].epoch
    return fmean(point.value for point in logged if point.epoch == last)


def _highest(logged: Sequence[LoggedValue]) -> float | None:
    finite = [point.value for point in logged if math.isfinite(point.value)]
    return max(finite, default=None)
