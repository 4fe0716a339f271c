"""Anomaly detectors: expected results, invariances, and the rate of false alarms over noise."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.analysts.performance.anomaly_detectors import (
    LEAST_POINTS,
    all_equal,
    diverged,
    first_not_finite,
    overfits,
    plateau,
    spikes,
)

NAN, INF = math.nan, math.inf
NOISE = np.random.default_rng(0).normal(0, 0.01, 200)


def falling(n: int) -> list[float]:
    return [float(2 * math.exp(-index / n * 3) + NOISE[index]) for index in range(n)]


def replaced(values: Sequence[float], index: int, value: float) -> list[float]:
    return [*values[:index], value, *values[index + 1 :]]


@pytest.mark.parametrize(
    ("detector", "values", "expected"),
    [
        pytest.param(first_not_finite, [1.0, 2.0], None, id="all finite"),
        pytest.param(first_not_finite, [1.0, NAN], 1, id="a NaN in a short series"),
        pytest.param(first_not_finite, [-INF], 0, id="an infinity"),
        pytest.param(first_not_finite, [], None, id="nothing logged"),
        pytest.param(spikes, falling(60), (), id="noise has no spike"),
        pytest.param(spikes, replaced(falling(60), 40, 3.0), (40,), id="a spike"),
        pytest.param(spikes, replaced(falling(60), 40, 0.01), (), id="a dip is not a spike"),
        pytest.param(spikes, replaced(falling(LEAST_POINTS - 1), 12, 9.0), (), id="a spike among too few points"),
        pytest.param(spikes, replaced(falling(60), 40, INF), (), id="an infinity is not a spike"),
        pytest.param(spikes, [1.0] * 60, (), id="a constant loss"),
        pytest.param(spikes, replaced([1.0] * 60, 40, 2.0), (40,), id="a spike without noise"),
        pytest.param(spikes, [], (), id="no points, no spike"),
        pytest.param(spikes, [NAN] * 60, (), id="only NaNs"),
        pytest.param(spikes, replaced([-value for value in falling(60)], 40, 3.0), (40,), id="a negative loss"),
        pytest.param(diverged, falling(60), False, id="a falling loss"),
        pytest.param(diverged, [2.3, *[1e20] * 30, *[1e9] * 30], True, id="ends at a multiple of its initial value"),
        pytest.param(diverged, [2.3, *[1e20] * 10], False, id="diverges in too few points"),
        pytest.param(diverged, [2.3, *[1e20] * 10, *[0.5] * 50], False, id="a loss that recovers"),
        pytest.param(diverged, [-5.0, *np.linspace(-5, -1, 40)], False, id="a negative loss that rises by less"),
        pytest.param(diverged, [-5.0, *np.linspace(-5, 3, 40)], True, id="a negative loss that turns positive"),
        pytest.param(plateau, falling(60), False, id="still falling"),
        pytest.param(plateau, [*falling(30), *NOISE[:60]], True, id="constant with noise"),
        pytest.param(plateau, [0.5] * LEAST_POINTS, True, id="exactly constant"),
        pytest.param(plateau, [0.5] * (LEAST_POINTS - 1), False, id="constant over too few points"),
        pytest.param(plateau, replaced([0.5] * 60, 3, NAN), False, id="a series with a NaN"),
    ],
)
def test_detector_finds_its_anomaly_and_no_other(
    detector: Callable[[Sequence[float]], Any], values: Sequence[float], expected: object
) -> None:
    assert detector(values) == expected


RISING = [float(0.5 + 0.01 * index + NOISE[index]) for index in range(60)]


@pytest.mark.parametrize(
    ("train", "evaluation", "expected"),
    [
        pytest.param(falling(60), RISING, True, id="training falls, evaluation rises"),
        pytest.param(falling(60), falling(60), False, id="both fall"),
        pytest.param(RISING, RISING, False, id="both rise"),
        pytest.param(falling(60), [float(value) for value in NOISE[:60]], False, id="evaluation constant"),
        pytest.param(falling(19), RISING[:19], False, id="too few points"),
    ],
)
def test_overfitting_needs_a_falling_and_a_rising_loss(
    train: Sequence[float], evaluation: Sequence[float], expected: bool
) -> None:
    assert overfits(train, evaluation) is expected


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        pytest.param([[1.0, NAN], [1.0, NAN]], True, id="equal, NaNs too"),
        pytest.param([[1.0, 2.0], [1.0, 2.0], [1.0, 2.1]], False, id="different"),
        pytest.param([[1.0, 2.0], [1.0]], False, id="different lengths"),
        pytest.param([[1.0]], False, id="a single run"),
    ],
)
def test_runs_with_equal_series_are_identical(series: Sequence[Sequence[float]], expected: bool) -> None:
    assert all_equal(series) is expected


LOSSES = st.lists(st.floats(0.01, 100), min_size=LEAST_POINTS, max_size=80)


@given(LOSSES, st.sampled_from([0.125, 2.0, 1024.0]))
def test_detectors_do_not_depend_on_the_scale_of_a_loss(values: list[float], scale: float) -> None:
    scaled = [value * scale for value in values]
    assert spikes(scaled) == spikes(values)
    assert diverged(scaled) == diverged(values)
    assert plateau(scaled) == plateau(values)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=60))
def test_detectors_accept_any_logged_values(values: list[float]) -> None:
    assert all(0 <= index < len(values) for index in spikes(values))
    assert isinstance(diverged(values), bool)
    assert isinstance(plateau(values), bool)


@pytest.mark.parametrize("noise", ["normal", "skewed"])
def test_false_alarm_rate_over_noise_is_at_most_one_percent(noise: str) -> None:
    random = np.random.default_rng(1)
    level = np.exp(-np.linspace(0, 3, 170))
    draw = {"normal": lambda: 1 + 0.15 * random.standard_normal(170), "skewed": lambda: random.gamma(4, 0.25, 170)}
    alarms = [bool(spikes(level * draw[noise]())) for _ in range(300)]
    assert np.mean(alarms) <= 0.01
