"""Parameter importance is correct for functions with a known answer, and is not estimated for noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from agents.statistics import Importance, ImportanceNotEstimated, parameter_importance

RNG = np.random.default_rng(5)
SEARCH = [
    {"lr": float(10 ** RNG.uniform(-4, -1)), "width": int(RNG.integers(1, 9)), "optimizer": str(RNG.choice(["a", "b"]))}
    for _ in range(40)
]


@pytest.mark.slow  # fits a random forest for each resample
def test_most_important_parameter_is_first() -> None:
    values = [2 * float(np.log10(trial["lr"])) + 0.05 * trial["width"] for trial in SEARCH]
    importance = parameter_importance(SEARCH, values, "maximize")
    assert isinstance(importance, Importance)
    assert importance.shares[0].parameter == "lr"
    assert sum(share.share for share in importance.shares) == pytest.approx(1)
    assert importance.stability >= 0.8
    assert all(0 <= share.low <= share.high <= 1 for share in importance.shares)


@pytest.mark.parametrize(
    ("trials", "values", "message"),
    [
        (SEARCH[:29], [float(index) for index in range(29)], "3 parameters need 30 completed trials, got 29"),
        ([{"lr": trial["lr"]} for trial in SEARCH], [1.0 * index for index in range(40)], "fewer than two parameters"),
        (
            [{**trial, "width": 8, "optimizer": "a"} for trial in SEARCH],
            [1.0 * index for index in range(40)],
            "fewer than two parameters",
        ),
        (SEARCH, [0.5] * 40, "the same value"),
        (SEARCH, list(np.random.default_rng(0).normal(size=40)), "do not predict"),
    ],
    ids=["too few trials", "one parameter", "one varying parameter", "no variance", "noise"],
)
def test_insufficient_trials_are_not_estimated(trials: list[dict[str, Any]], values: list[float], message: str) -> None:
    importance = parameter_importance(trials, values, "maximize")
    assert isinstance(importance, ImportanceNotEstimated)
    assert message in importance.why
