"""The convergence epoch: the first from which the metric stays near its last value."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.analysts.performance.convergence import convergence_epoch
from agents.analysts.performance.metric_series import EpochCurve


def curve(*values: float) -> EpochCurve:
    return EpochCurve(tuple(range(1, len(values) + 1)), values)


@pytest.mark.parametrize(
    ("run", "epoch"),
    [
        pytest.param(curve(0.0, 0.5, 0.95, 1.0), 3, id="the first epoch within a tenth of the total change"),
        pytest.param(curve(0.0, 0.95, 0.5, 1.0), 4, id="leaves the tolerance again"),
        pytest.param(curve(2.0, 0.5, 0.2, 0.2), 3, id="a loss"),
        pytest.param(curve(2.0, 0.1, 0.5, 0.2), 4, id="a loss that overshoots"),
        pytest.param(curve(0.0, 1.0, 1.0), 2, id="in the second epoch"),
        pytest.param(curve(0.0, 0.1, 1.0), 3, id="in the last epoch"),
        pytest.param(curve(0.0, 0.9, 1.0), 2, id="exactly at the tolerance"),
        pytest.param(curve(0.0, 1.0), None, id="too few epochs"),
        pytest.param(curve(0.5, 0.7, 0.5), None, id="no total change"),
        pytest.param(curve(0.0, math.nan, 1.0), None, id="not finite"),
        pytest.param(EpochCurve((5, 10, 15), (0.0, 0.95, 1.0)), 10, id="evaluated at every fifth epoch"),
    ],
)
def test_convergence_epoch_is_the_first_from_which_the_value_stays_near_its_last(
    run: EpochCurve, epoch: int | None
) -> None:
    assert convergence_epoch(run) == epoch


@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=30),
    st.sampled_from([-4.0, -0.5, 0.25, 8.0]),
    st.integers(-9, 9),
)
def test_convergence_epoch_does_not_depend_on_scale_origin_or_direction(
    values: list[int], scale: float, origin: int
) -> None:
    assume(values[0] != values[-1])
    moved = curve(*(scale * value + origin for value in values))
    assert convergence_epoch(moved) == convergence_epoch(curve(*map(float, values)))
