"""Batches are converted to named tensors and back."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from lightning_modules.checkpoints.batch_tensors import first_rows, named_tensors, nested_tensors

ONES, ZEROS = torch.ones(2), torch.zeros(3)


@pytest.mark.parametrize(
    ("batch", "names"),
    [
        (ONES, ["batch"]),
        ([ONES, ZEROS], ["batch.0", "batch.1"]),
        ({"ids": ONES, "mask": ZEROS}, ["batch.ids", "batch.mask"]),
        ([{"ids": ONES}, [ONES, ZEROS]], ["batch.0.ids", "batch.1.0", "batch.1.1"]),
    ],
    ids=["tensor", "list", "mapping", "nested"],
)
def test_batch_is_rebuilt_from_its_named_tensors(batch: Any, names: list[str]) -> None:
    named = named_tensors(batch, "batch")
    assert list(named) == names
    assert str(nested_tensors(named, "batch")) == str(batch)


def test_values_other_than_tensors_are_dropped() -> None:
    assert list(named_tensors({"text": ["a"], "ids": ONES}, "batch")) == ["batch.ids"]


def test_first_rows_returns_a_scalar_unchanged() -> None:
    assert first_rows(torch.tensor(3.0), 4) == 3.0
