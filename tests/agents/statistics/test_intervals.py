"""Prediction intervals, compared with the closed form and tabulated quantiles of t."""

from __future__ import annotations

import math
from statistics import mean

import pytest

from agents.statistics import UnusableSample, prediction_interval

FIVE = [51.4, 49.5, 48.7, 49.3, 51.6]


@pytest.mark.parametrize(("level", "t"), [(0.95, 2.776), (0.99, 4.604), (0.90, 2.132)], ids=["95%", "99%", "90%"])
def test_prediction_interval_equals_the_closed_form(level: float, t: float) -> None:
    """`t` is the quantile for four degrees of freedom, taken from a table."""
    interval = prediction_interval(FIVE, level)
    sd = math.sqrt(sum((value - mean(FIVE)) ** 2 for value in FIVE) / 4)
    assert interval.high - mean(FIVE) == pytest.approx(t * sd * math.sqrt(1.2), rel=5e-4)
    assert interval.low + interval.high == pytest.approx(2 * mean(FIVE))


@pytest.mark.parametrize("recorded", [[0.9], [0.9, 0.9]], ids=["one run", "no variance"])
def test_prediction_needs_two_values_that_differ(recorded: list[float]) -> None:
    with pytest.raises(UnusableSample, match="two recorded values that differ"):
        prediction_interval(recorded)


def test_the_level_is_95_percent_by_default() -> None:
    assert prediction_interval(FIVE) == prediction_interval(FIVE, 0.95)
