"""Arms from values by unit, and the warnings that a sweep had no effect."""

from __future__ import annotations

import math

import pytest

from agents.registered_test.arms import Arm, arm_from_json, make_arm, sweep_warnings


def arm(*values: float, level: str = "b") -> Arm:
    return make_arm(level, {f"seed={seed}": value for seed, value in enumerate(values)})


def test_runs_without_a_finite_value_failed() -> None:
    made = make_arm("b", {"s0": 1, "s1": None, "s2": math.nan, "s3": math.inf, "s4": 0.5})
    assert made == Arm("b", (("s0", 1.0), ("s4", 0.5)), 3)
    assert (made.n, made.values) == (2, (1.0, 0.5))


def test_an_arm_is_described_by_its_values() -> None:
    described = arm(0.8, 0.9).to_json()
    assert described == {
        **{"level": "b", "n": 2, "failed": 0, "values": [0.8, 0.9]},
        **{"mean": pytest.approx(0.85), "sd": pytest.approx(0.1 / math.sqrt(2))},
    }
    assert make_arm("b", {"s0": None}).to_json() | {"mean": 1, "sd": 1} == {
        **{"level": "b", "n": 0, "failed": 1, "values": [], "mean": 1, "sd": 1}
    }
    assert make_arm("b", {}).to_json()["mean"] is None
    assert arm_from_json(described) == Arm("b", (("0", 0.8), ("1", 0.9)), 0)


CONTROL = arm(0.7, 0.8, level="a")


@pytest.mark.parametrize(
    ("control", "treatment", "warnings"),
    [
        pytest.param(CONTROL, arm(0.8, 0.9), [], id="no warning"),
        pytest.param(CONTROL, arm(0.9, 0.9), ["all 2 runs with lr=b gave 0.9"], id="constant treatment"),
        pytest.param(arm(0.9, 0.9, 0.9, level="a"), arm(0.8, 0.9), ["all 3 runs with lr=a gave 0.9"], id="control"),
        pytest.param(CONTROL, arm(0.9, 0.9 + 1e-9), ["all 2 runs with lr=b gave 0.9"], id="rounding error"),
        pytest.param(CONTROL, arm(0.9, 0.901), [], id="a small difference"),
        pytest.param(CONTROL, arm(0.7, 0.8), ["lr=b and a gave equal values"], id="equal arms"),
        pytest.param(CONTROL, arm(0.8, 0.7), [], id="equal values of other seeds"),
        pytest.param(arm(0.7, level="a"), arm(0.7), [], id="one run may be equal by chance"),
        pytest.param(arm(level="a"), arm(), [], id="no run"),
    ],
)
def test_warnings_of_a_sweep_without_effect(control: Arm, treatment: Arm, warnings: list[str]) -> None:
    stated = list(sweep_warnings(control, [treatment], "lr"))
    assert [text[: len(start)] for text, start in zip(stated, warnings, strict=True)] == warnings
