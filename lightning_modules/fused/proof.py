"""Compare a member of an ensemble with the same config trained alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from compiler.base.metric_split import parse_metric
from lightning_modules.checkpoints.prediction import predict
from lightning_modules.fused.members import TrainedMember
from lightning_modules.recording.item_recorder import ItemRecorder
from lightning_modules.recording.item_results import NoItemResults
from lightning_modules.training.fit import FitResult

TOLERANCE = 1e-5  # of predictions (probabilities or logits), and of losses relative to their size, in float32


@dataclass(frozen=True)
class Proof:
    """The comparison of a member with its training alone. `reason` states what differs, "" if nothing does.

    `prediction_deviation` is the largest absolute difference of a prediction for the test split. `metrics_equal` states
    whether the metrics are equal: losses within the tolerance, all others, such as the accuracy, exactly.
    """

    run_id: str
    prediction_deviation: float
    metrics_equal: bool
    reason: str = ""

    @property
    def holds(self) -> bool:
        return not self.reason


def prove(trained: TrainedMember, solo: TrainedMember) -> Proof:
    """Compare a member with its training alone: failure, logged rows, metrics, items and predictions.

    Two members that failed in the same way are equal. They have no predictions.
    """
    metrics_equal = _metrics_equal(trained, solo)
    deviation = 0.0
    if str(trained.error) != str(solo.error) or type(trained.error) is not type(solo.error):
        reason = f"trained alone, the run {_ending(solo)}; in the ensemble, it {_ending(trained)}"
    elif reason := _different_rows(trained, solo):
        pass
    elif not metrics_equal:
        reason = "the metrics differ from those of the training alone"
    elif not _items_equal(trained.items, solo.items):
        reason = "the results of the test items differ from those of the training alone"
    elif trained.result is not None and solo.result is not None:
        deviation = prediction_deviation(trained.result, solo.result)
        if not deviation <= TOLERANCE:
            reason = f"a prediction differs by {deviation:.2g} from that of the training alone (limit {TOLERANCE:g})"
    return Proof(trained.run_id, deviation, metrics_equal, reason)


def prediction_deviation(trained: FitResult, solo: FitResult) -> float:
    """Return the largest absolute difference of the predictions for the test split, infinite if shapes differ.

    NaN differs from every value. Without a test, return the largest difference of the weights.
    """
    batches = [] if solo.not_tested else list(solo.data.test_dataloader())
    if not batches:
        return _deviation(trained.model.state_dict(), solo.model.state_dict())
    pairs = [(predict(trained.model, batch).tensors, predict(solo.model, batch).tensors) for batch in batches]
    return max((_deviation(*pair) for pair in pairs), default=0.0)


def _deviation(tensors: Mapping[str, Tensor], expected: Mapping[str, Tensor]) -> float:
    if {name: value.shape for name, value in tensors.items()} != {
        name: value.shape for name, value in expected.items()
    }:
        return math.inf
    pairs = [(value.double(), expected[name].double()) for name, value in tensors.items() if value.numel()]
    differences = [(value - other).abs().max().item() for value, other in pairs]
    return max((math.inf if math.isnan(value) else value for value in differences), default=0.0)


def _metrics_equal(trained: TrainedMember, solo: TrainedMember) -> bool:
    if trained.result is None or solo.result is None:
        return trained.result is solo.result
    pairs = ((trained.result.training, solo.result.training), (trained.result.test, solo.result.test))
    counts = (trained.result.epochs, trained.result.steps, trained.train_samples, trained.test_samples)
    same_counts = counts == (solo.result.epochs, solo.result.steps, solo.train_samples, solo.test_samples)
    return same_counts and all(_equal(*pair) for pair in pairs)


def _items_equal(trained: ItemRecorder, solo: ItemRecorder) -> bool:
    """Return whether the results of the items are equal: numbers within the tolerance, classes and texts exactly."""
    try:
        expected = solo.items()
    except NoItemResults:
        return True
    items = trained.items()
    if {name: (values.shape, values.dtype) for name, values in items.items()} != {
        name: (values.shape, values.dtype) for name, values in expected.items()
    }:
        return False
    return all(
        np.allclose(values, expected[name], TOLERANCE, TOLERANCE, equal_nan=True)
        if values.dtype.kind == "f"
        else np.array_equal(values, expected[name])
        for name, values in items.items()
    )


def _different_rows(trained: TrainedMember, solo: TrainedMember) -> str:
    """Return the first row of the history that differs, "" if none does."""
    if len(trained.rows) != len(solo.rows):
        return f"the history has {len(trained.rows)} rows, that of the training alone {len(solo.rows)}"
    for row, expected in zip(trained.rows, solo.rows, strict=True):
        if row.step != expected.step or not _equal(row.metrics, expected.metrics):
            return f"the row of step {expected.step} in the history differs from that of the training alone"
    return ""


def _equal(values: Mapping[str, float], expected: Mapping[str, float]) -> bool:
    return list(values) == list(expected) and all(_same(name, value, expected[name]) for name, value in values.items())


def _same(name: str, value: float, expected: float) -> bool:
    if value == expected or (math.isnan(value) and math.isnan(expected)):
        return True
    return parse_metric(name).is_loss and math.isclose(value, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _ending(member: TrainedMember) -> str:
    return f"fails: {member.error}" if member.error else "succeeds"
