"""The proof of an ensemble compares everything that a run records, and can fail."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from training_jobs import config

from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.fused.members import LoggedRow, Member, TrainedMember
from lightning_modules.fused.proof import prove
from lightning_modules.fused.train_alone import train_alone
from lightning_modules.recording.item_recorder import ItemRecorder


@pytest.fixture(scope="module")
def solo(digits: Path) -> TrainedMember:
    changes = {"data": {"path": str(digits)}, "trainer": {"max_epochs": 1}}
    return train_alone(Member("a", config(**changes)))  # type: ignore[arg-type]


def with_metric(split: str, name: str, change: Callable[[float], float]) -> Callable[[TrainedMember], TrainedMember]:
    def changed(solo: TrainedMember) -> TrainedMember:
        assert solo.result is not None
        metrics = getattr(solo.result, split)
        return replace(solo, result=replace(solo.result, **{split: {**metrics, name: change(metrics[name])}}))

    return changed


def with_weights(change: Callable[[torch.Tensor], object]) -> Callable[[TrainedMember], TrainedMember]:
    def changed(solo: TrainedMember) -> TrainedMember:
        assert solo.result is not None
        model = copy.deepcopy(solo.result.model)
        with torch.no_grad():
            change(model.network[4].bias)  # type: ignore[index, union-attr, arg-type, union-attr, operator]
        return replace(solo, result=replace(solo.result, model=model))

    return changed


def with_prediction(solo: TrainedMember) -> TrainedMember:
    items = solo.items.items()
    prediction = items["prediction"].copy()
    prediction[3] = (prediction[3] + 1) % 10
    recorder = ItemRecorder()
    recorder._batches = [{name: values for name, values in items.items() if name != "ids"} | {"prediction": prediction}]
    return replace(solo, items=recorder)


DIFFERENCES: dict[str, tuple[Callable[[TrainedMember], TrainedMember], str]] = {
    "weights": (with_weights(lambda bias: bias[0].add_(0.01)), "a prediction differs by"),
    "weights that are NaN": (with_weights(lambda bias: bias.fill_(math.nan)), "a prediction differs by inf"),
    "accuracy": (with_metric("test", "accuracy", lambda value: value + 1e-6), "the metrics differ"),
    "validation accuracy": (with_metric("training", "eval_accuracy", lambda value: value - 1e-6), "the metrics differ"),
    "loss": (with_metric("test", "test_loss", lambda value: value + 1e-3), "the metrics differ"),
    "loss that is NaN": (with_metric("test", "test_loss", lambda value: math.nan), "the metrics differ"),
    "prediction of an item": (with_prediction, "the results of the test items differ"),
    "steps": (lambda solo: replace(solo, train_samples=solo.train_samples + 1), "the metrics differ"),
    "a missing row": (lambda solo: replace(solo, rows=solo.rows[:-1]), "the history has"),
    "a row": (lambda solo: replace(solo, rows=(LoggedRow({"train_loss": 9.0}, 0), *solo.rows[1:])), "row of step 0"),
    "a failure": (lambda solo: replace(solo, error=NonFiniteLoss("it diverged")), "it fails: it diverged"),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_from_the_training_alone_is_found(name: str, solo: TrainedMember) -> None:
    change, reason = DIFFERENCES[name]
    proof = prove(change(solo), solo)
    assert not proof.holds
    assert reason in proof.reason


EQUAL: dict[str, Callable[[TrainedMember], TrainedMember]] = {
    "itself": lambda solo: solo,
    "a loss within the tolerance": with_metric("test", "test_loss", lambda value: value * (1 + 5e-6)),
    "weights within the tolerance": with_weights(lambda bias: bias[0].add_(1e-7)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_difference_within_the_tolerance_is_accepted(name: str, solo: TrainedMember) -> None:
    proof = prove(EQUAL[name](solo), solo)
    assert proof.reason == ""
    assert proof.holds
    assert proof.metrics_equal
    assert proof.prediction_deviation <= 1e-5


def test_members_that_failed_in_the_same_way_are_equal() -> None:
    failed, other = (TrainedMember("a", None, (), error=NonFiniteLoss(text)) for text in ("step 3", "step 4"))
    assert prove(failed, failed).holds
    assert "step 4" in prove(failed, other).reason
