"""A chain of proposals without new information is on a plateau."""

from __future__ import annotations

import pytest

from lab.collaboration.plateau import Result, uninformative_generations


def _result(generation: int, best: float | None, is_decided: bool = False, effect: float = 0.0) -> Result:
    return Result(generation, is_decided, "accuracy", best, effect)


@pytest.mark.parametrize(
    ("results", "count"),
    [
        pytest.param([], 0, id="nothing built"),
        pytest.param([_result(0, 0.9)], 0, id="only the experiment of a person"),
        pytest.param([_result(0, 0.9), _result(1, 0.8)], 1, id="worse"),
        pytest.param([_result(0, 0.9), _result(1, 0.9)], 1, id="equal"),
        pytest.param([_result(0, 0.9), _result(1, 0.91)], 0, id="better"),
        pytest.param([_result(0, 0.9), _result(1, 0.91, effect=0.02)], 1, id="better by less than the effect"),
        pytest.param([_result(0, 0.9), _result(1, None)], 1, id="no finite value is no gain"),
        pytest.param([_result(0, None), _result(1, 0.5)], 1, id="nothing to improve on"),
        pytest.param([_result(0, 0.9), _result(1, 0.8, is_decided=True)], 0, id="decided"),
        pytest.param(
            [_result(0, 0.9), _result(1, 0.8), _result(2, 0.85)], 2, id="better than the last but not the best"
        ),
        pytest.param([_result(0, 0.9), _result(1, 0.8), _result(2, 0.95)], 0, id="a late gain"),
        pytest.param([_result(0, 0.9), _result(1, 0.95), _result(2, 0.9), _result(3, 0.9)], 2, id="after a gain"),
        pytest.param([_result(0, -0.5), _result(1, -0.4)], 0, id="minimised"),
        pytest.param([_result(0, 0.9), _result(1, 0.8), _result(1, 0.95)], 0, id="one of two in a generation"),
        pytest.param([_result(0, 0.9), Result(1, False, "loss", 5.0)], 1, id="another metric cannot be compared"),
    ],
)
def test_generations_without_new_information_are_counted(results: list[Result], count: int) -> None:
    assert uninformative_generations(results) == count
