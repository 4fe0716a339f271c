"""Compute the result of each test item from the outputs of a model: target, prediction, and whether it is correct."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Items = dict[str, NDArray[Any]]  # arrays of equal length, by name
TARGET, PREDICTION, CORRECT, ERROR = "target", "prediction", "correct", "error"
_RESERVED = ("ids", "file", "allow_pickle")  # `ids` is the index in the test set, the others are arguments of savez


class NoItemResults(ValueError):
    """The outputs do not contain a result for each item. The message gives the reason."""


def returned_items(outputs: Any) -> Items | None:
    """Return the results that `test_step` returned, None if it returned nothing of this kind.

    Results are a mapping with `correct`, or with `target` and `prediction`. It may have further values for each item,
    such as a loss under the name of its metric.

    Raises:
        NoItemResults: The values do not belong to the same items.
    """
    if not isinstance(outputs, Mapping) or not ({CORRECT} <= outputs.keys() or {TARGET, PREDICTION} <= outputs.keys()):
        return None
    return _completed({str(name): _array(name, values) for name, values in outputs.items()})


def predicted_items(batch: Any, predict: Callable[[], Any]) -> Items:
    """Return the results of a batch of inputs and targets, from the tensor that `predict_step` returns for it.

    Raises:
        NoItemResults: The batch has no targets, or the prediction is not one number or one row of scores for each.
    """
    if not isinstance(batch, Sequence) or len(batch) != 2 or not isinstance(batch[1], Tensor):
        raise NoItemResults("the test batches are not pairs of inputs and targets")
    return _completed({TARGET: _array(TARGET, batch[1]), PREDICTION: _array(PREDICTION, predict())})


def concatenated(batches: Sequence[Items]) -> Items:
    """Return the results of all batches, with `ids`, the index of each item in the test set.

    Raises:
        NoItemResults: There are no items, or the batches have different results.
    """
    if not batches or any(items.keys() != batches[0].keys() for items in batches):
        raise NoItemResults("the test has no items" if not batches else "not all test batches have the same results")
    arrays = {name: np.concatenate([items[name] for items in batches]) for name in batches[0]}
    return {"ids": np.arange(len(next(iter(arrays.values())))), **arrays}


def write_items(items: Items, path: Path) -> None:
    """Write the arrays as a compressed npz file. Equal arrays give equal bytes: numpy stores no time."""
    arrays: dict[str, Any] = {**items}
    np.savez_compressed(path, **arrays)


def _completed(items: Items) -> Items:
    """Add `correct` for classes or texts, and `error`, the prediction minus the target, for numbers."""
    if TARGET in items and PREDICTION in items:
        target, prediction = items[TARGET], items[PREDICTION]
        is_regression = target.dtype.kind == "f"
        if prediction.ndim == 2 and not is_regression and prediction.shape[1] > 1:
            prediction = prediction.argmax(axis=1)
        _check_comparable(target, prediction)
        items = items | {PREDICTION: prediction}
        if is_regression:
            items.setdefault(ERROR, prediction - target)
        else:
            items.setdefault(CORRECT, prediction == target)
    sizes = {name: values.shape for name, values in items.items()}
    if any(len(shape) != 1 for shape in sizes.values()) or len(set(sizes.values())) > 1:
        raise NoItemResults(f"the results are not one value for each item: {sizes}")
    return items


def _check_comparable(target: NDArray[Any], prediction: NDArray[Any]) -> None:
    kinds = {"f": "f", "U": "U"}
    if prediction.shape != target.shape or target.ndim != 1:
        raise NoItemResults(f"predictions of shape {prediction.shape} do not belong to targets of shape {target.shape}")
    if kinds.get(prediction.dtype.kind, "class") != kinds.get(target.dtype.kind, "class"):
        raise NoItemResults(f"a prediction is {prediction.dtype}, a target is {target.dtype}")


def _array(name: Any, values: Any) -> NDArray[Any]:
    """Return the values as float32, int64, bool or text. A column of numbers becomes one dimension."""
    if not isinstance(name, str) or not name.isidentifier() or name in _RESERVED:
        raise NoItemResults(f"{name!r} is not a name for results")
    values = values.detach().cpu() if isinstance(values, Tensor) else values
    if isinstance(values, Tensor) and values.is_floating_point():
        values = values.to(torch.float32)  # numpy has no bfloat16
    array = np.asarray(values)
    if array.dtype.kind not in "fiubU":
        raise NoItemResults(f"'{name}' is {type(values).__name__}, not numbers or texts")
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    return array.astype({"f": np.float32, "i": np.int64, "u": np.int64}.get(array.dtype.kind, array.dtype))
