"""Parameter importance is estimated for functions with a known answer, and not for noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.statistics import Importance, NotEstimated, parameter_importance

RNG = np.random.default_rng(5)
SEARCH = [
    {"lr": float(10 ** RNG.uniform(-4, -1)), "width": int(RNG.integers(1, 9)), "optimizer": str(RNG.choice(["a", "b"]))}
    for _ in range(40)
]


@pytest.mark.slow  # forests, once for each resample
def test_most_important_parameter_is_first() -> None:
    values = [2 * float(np.log10(trial["lr"])) + 0.05 * trial["width"] for trial in SEARCH]
    found = parameter_importance(SEARCH, values, "maximize")
    assert isinstance(found, Importance)
    assert found.shares[0].parameter == "lr"
    assert sum(one.share for one in found.shares) == pytest.approx(1)
    assert found.stability >= 0.8
    assert all(0 <= one.low <= one.high <= 1 for one in found.shares)


@pytest.mark.parametrize(
    ("trials", "values", "why"),
    [
        (SEARCH[:29], [float(at) for at in range(29)], "3 parameters need 30 completed trials, got 29"),
        ([{"lr": one["lr"]} for one in SEARCH], [1.0 * at for at in range(40)], "fewer than two parameters"),
        (
            [{**one, "width": 8, "optimizer": "a"} for one in SEARCH],
            [1.0 * at for at in range(40)],
            "fewer than two parameters",
        ),
        (SEARCH, [0.5] * 40, "the same value"),
        (SEARCH, list(np.random.default_rng(0).normal(size=40)), "do not predict"),
    ],
    ids=["too few trials", "one parameter", "one that varies", "no variance", "noise"],
)
def test_insufficient_trials_are_not_estimated(trials: list[dict[str, Any]], values: list[float], why: str) -> None:
    found = parameter_importance(trials, values, "maximize")
    assert isinstance(found, NotEstimated)
    assert why in found.why
