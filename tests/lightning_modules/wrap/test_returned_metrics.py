"""What a training function may return, and the sentence that it gets for anything else."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from lightning_modules.failures.non_finite import NonFiniteLoss
from lightning_modules.wrap.returned_metrics import WrongMetrics, returned_metrics


def numbers_yielded() -> Any:
    yield 1


async def measured() -> None: ...


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        pytest.param({"acc": 0.9, "rmse": 1.5}, {"acc": 0.9, "rmse": 1.5}, id="floats"),
        pytest.param({"count": 0}, {"count": 0}, id="integer"),
        pytest.param({"acc": np.float32(0.5)}, {"acc": 0.5}, id="numpy scalar"),
        pytest.param({"acc": np.array(0.5)}, {"acc": 0.5}, id="numpy array without dimensions"),
        pytest.param({"acc": torch.tensor(0.5, requires_grad=True)}, {"acc": 0.5}, id="tensor"),
        pytest.param({"acc": Fraction(1, 2)}, {"acc": 0.5}, id="fraction"),
        pytest.param({"val": {"acc": 0.5, "loss": 2}}, {"val/acc": 0.5, "val/loss": 2}, id="nested names"),
        pytest.param({"Top-1 (%)": 1.0, "val_acc": 1, "val/acc": 2}, None, id="any printable name"),
    ],
)
def test_numbers_become_metrics(returned: Any, expected: Any) -> None:
    assert returned_metrics(returned, "own.train") == (expected or returned)


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        pytest.param(None, "own.train returned nothing: return the metrics, such as {'accuracy': 0.9}", id="nothing"),
        pytest.param({}, "returned no metrics", id="empty"),
        pytest.param([], "returned a list", id="list"),
        pytest.param(0.9, "returned 0.9 (float)", id="number"),
        pytest.param(("acc", 0.9), "returned a tuple", id="tuple"),
        pytest.param(numbers_yielded(), "the function has a yield", id="generator"),
        pytest.param({"acc": None}, "the metric 'acc' as nothing", id="None"),
        pytest.param({1: 2}, "1 as the name of a metric", id="number as name"),
        pytest.param({"acc\n": 2}, "'acc\\n' as the name", id="control character"),
        pytest.param({"acc": "0.9"}, "as '0.9' (str)", id="text"),
        pytest.param({"acc": True}, "as True (bool)", id="bool"),
        pytest.param({"acc": 1 + 0j}, "(complex)", id="complex"),
        pytest.param({"acc": [0.9]}, "as a list", id="list of numbers"),
        pytest.param({"acc": np.array([0.9])}, "a ndarray of shape (1,)", id="numpy vector"),
        pytest.param({"acc": np.bool_(True)}, "(a metric is one number", id="numpy bool"),
        pytest.param({"acc": torch.ones(2)}, "a Tensor of shape (2,)", id="tensor with dimensions"),
        pytest.param({"acc": torch.tensor(0.5, device="meta")}, "which has no value", id="tensor without data"),
        pytest.param({"schema_version": 2}, "a name that Proband uses itself", id="reserved name"),
        pytest.param({"val": {"acc": 1}, "val/acc": 2}, "'val/acc', which occurs twice", id="name twice"),
    ],
)
def test_anything_else_is_refused_with_what_to_return(returned: Any, words: str) -> None:
    with pytest.raises(WrongMetrics) as raised:
        returned_metrics(returned, "own.train")
    assert words in str(raised.value)


def test_coroutine_is_refused_with_the_reason() -> None:
    coroutine = measured()
    with pytest.raises(WrongMetrics, match="the function is async"):
        returned_metrics(coroutine, "own.train")
    coroutine.close()


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -np.inf, Decimal("NaN"), 10**400, torch.tensor(torch.nan)]
)
def test_number_that_is_not_finite_is_a_failure_that_names_the_metric(value: Any) -> None:
    with pytest.raises(NonFiniteLoss, match=r"own\.train returned rmse = "):
        returned_metrics({"acc": 1, "rmse": value}, "own.train")
