"""The result of each test item: what a model may return, and what is refused with a reason."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import torch
from torch import Tensor, tensor

from lightning_modules.recording.item_results import (
    NoItemResults,
    concatenated,
    predicted_items,
    returned_items,
    write_items,
)

CLASSES = tensor([0, 1, 2])


def plain(items: dict[str, Any] | None) -> dict[str, list[Any]]:
    return {name: values.tolist() for name, values in (items or {}).items()}


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        ({"target": tensor([0, 1]), "prediction": tensor([0, 2])}, {"correct": [True, False]}),
        ({"target": tensor([0, 1]), "prediction": tensor([[0.9, 0.1], [0.8, 0.2]])}, {"prediction": [0, 0]}),
        ({"target": tensor([0.5, 1.0]), "prediction": tensor([[1.0], [1.0]])}, {"error": [0.5, 0.0]}),
        ({"target": ["a", "b"], "prediction": ["a", "c"], "correct": [True, True]}, {"correct": [True, True]}),
        ({"target": ["a", "b"], "prediction": ["a", "cc"]}, {"correct": [True, False]}),
        ({"correct": [True, False], "well_formed": [True, True]}, {"well_formed": [True, True]}),
        ({"correct": tensor([1.0, 0.0], dtype=torch.bfloat16)}, {"correct": [1.0, 0.0]}),
    ],
    ids=["classes", "scores", "numbers", "own measure", "texts", "no targets", "bfloat16"],
)
def test_results_that_a_test_step_returns(outputs: Any, expected: dict[str, list[Any]]) -> None:
    assert expected.items() <= plain(returned_items(outputs)).items()


@pytest.mark.parametrize("outputs", [None, tensor(0.5), {"loss": tensor(0.5)}, {"target": CLASSES}, [1, 2]])
def test_other_outputs_of_a_test_step_are_no_results(outputs: Any) -> None:
    assert returned_items(outputs) is None


@pytest.mark.parametrize(
    ("outputs", "reason"),
    [
        ({"correct": tensor(0.5)}, "not one value for each item"),
        ({"correct": tensor([True]), "loss": tensor([0.1, 0.2])}, "not one value for each item"),
        ({"target": CLASSES, "prediction": tensor([0, 1])}, "do not belong to targets of shape"),
        ({"target": CLASSES, "prediction": tensor([0.1, 0.2, 0.3])}, "a prediction is float32, a target is int64"),
        ({"target": tensor([[0, 1], [1, 0]]), "prediction": tensor([[0, 1], [1, 0]])}, "of shape"),
        ({"correct": [True], "ids": [7]}, "not a name"),
        ({"correct": [True], "file": [7]}, "not a name"),
        ({"correct": [True], "../x": [7]}, "not a name"),
        ({"correct": [object()]}, "not numbers or texts"),
        ({"correct": [[True], [True, False]]}, "inhomogeneous"),
    ],
    ids=["mean", "loss of the batch", "lengths", "binary scores", "masks", "ids", "file", "path", "object", "ragged"],
)
def test_results_that_do_not_belong_to_items_are_refused(outputs: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        returned_items(outputs)


@pytest.mark.parametrize(
    ("batch", "prediction", "reason"),
    [
        ({"x": CLASSES}, CLASSES, "not pairs of inputs and targets"),
        (CLASSES, CLASSES, "not pairs"),
        ([CLASSES, CLASSES, CLASSES], CLASSES, "not pairs"),
        ([CLASSES, CLASSES], torch.rand(3, 4, 5), "of shape"),
        ([CLASSES, CLASSES], None, "not numbers"),
    ],
    ids=["mapping", "tensor", "three parts", "sequences", "nothing"],
)
def test_batches_without_predictions_of_items_are_refused(batch: Any, prediction: Any, reason: str) -> None:
    with pytest.raises(NoItemResults, match=reason):
        predicted_items(batch, lambda: prediction)


def test_predictions_of_a_batch_are_compared_with_its_second_part() -> None:
    scores = tensor([[0.1, 0.9, 0.0], [0.1, 0.9, 0.0], [0.1, 0.2, 0.7]])
    items = predicted_items([torch.rand(3, 5), CLASSES], lambda: scores)
    assert plain(items) == {"target": [0, 1, 2], "prediction": [1, 1, 2], "correct": [False, True, True]}


def test_batches_are_numbered_through() -> None:
    batches = [returned_items({"correct": [True, False]}), returned_items({"correct": [True]})]
    assert plain(concatenated([items for items in batches if items])) == {
        "ids": [0, 1, 2],
        "correct": [True, False, True],
    }


def test_batches_with_different_results_are_refused() -> None:
    with pytest.raises(NoItemResults, match="not all test batches"):
        concatenated([{"correct": np.ones(2)}, {"error": np.ones(2)}])


def test_equal_items_give_equal_bytes_and_need_no_pickle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items = concatenated([{"target": np.array(["a", "bb"]), "correct": np.array([True, False])}])
    write_items(items, tmp_path / "a.npz")
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    write_items(items, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert {entry.date_time[0] for entry in ZipFile(tmp_path / "a.npz").infolist()} == {1980}
    with np.load(tmp_path / "a.npz", allow_pickle=False) as file:
        assert file["target"].tolist() == ["a", "bb"]


def test_gradients_and_other_devices_do_not_matter() -> None:
    prediction: Tensor = torch.rand(3, 3, requires_grad=True)
    assert returned_items({"target": CLASSES, "prediction": prediction})
