"""When a course counts as settled."""

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
    ("course", "epoch"),
    [
        pytest.param(curve(0.0, 0.5, 0.95, 1.0), 3, id="the first epoch within a tenth of the way"),
        pytest.param(curve(0.0, 0.95, 0.5, 1.0), 4, id="what it leaves again does not count"),
        pytest.param(curve(2.0, 0.5, 0.2, 0.2), 3, id="a loss"),
        pytest.param(curve(2.0, 0.1, 0.5, 0.2), 4, id="a loss that overshoots"),
        pytest.param(curve(0.0, 1.0, 1.0), 2, id="at once"),
        pytest.param(curve(0.0, 0.1, 1.0), 3, id="at the very end"),
        pytest.param(curve(0.0, 0.9, 1.0), 2, id="exactly the share"),
        pytest.param(curve(0.0, 1.0), None, id="of two epochs the second is always the answer"),
        pytest.param(curve(0.5, 0.7, 0.5), None, id="no way at all"),
        pytest.param(curve(0.0, math.nan, 1.0), None, id="not finite"),
        pytest.param(EpochCurve((5, 10, 15), (0.0, 0.95, 1.0)), 10, id="evaluated at every fifth epoch"),
    ],
)
def test_epochs_to_settle(course: EpochCurve, epoch: int | None) -> None:
    assert convergence_epoch(course) == epoch


@given(
    st.lists(st.integers(-50, 50), min_size=3, max_size=30),
    st.sampled_from([-4.0, -0.5, 0.25, 8.0]),
    st.integers(-9, 9),
)
def test_scale_origin_and_direction_do_not_matter(values: list[int], scale: float, origin: int) -> None:
    assume(values[0] != values[-1])
    moved = curve(*(scale * value + origin for value in values))
    assert convergence_epoch(moved) == convergence_epoch(curve(*map(float, values)))
