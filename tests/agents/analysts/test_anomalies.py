"""Detectors by table, what they must not depend on, and how often they cry wolf over noise."""

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


def at(values: Sequence[float], place: int, value: float) -> list[float]:
    return [*values[:place], value, *values[place + 1 :]]


@pytest.mark.parametrize(
    ("detector", "values", "expected"),
    [
        pytest.param(first_not_finite, [1.0, 2.0], None, id="all finite"),
        pytest.param(first_not_finite, [1.0, NAN], 1, id="a NaN, from the first point on"),
        pytest.param(first_not_finite, [-INF], 0, id="an infinity"),
        pytest.param(first_not_finite, [], None, id="nothing logged"),
        pytest.param(spikes, falling(60), (), id="noise has no spike"),
        pytest.param(spikes, at(falling(60), 40, 3.0), (40,), id="a spike"),
        pytest.param(spikes, at(falling(60), 40, 0.01), (), id="a dip is none"),
        pytest.param(spikes, at(falling(LEAST_POINTS - 1), 12, 9.0), (), id="a spike among too few points"),
        pytest.param(spikes, at(falling(60), 40, INF), (), id="what is not finite is told elsewhere"),
        pytest.param(spikes, [1.0] * 60, (), id="constant"),
        pytest.param(spikes, at([1.0] * 60, 40, 2.0), (40,), id="a spike out of no noise at all"),
        pytest.param(spikes, [], (), id="no points, no spike"),
        pytest.param(spikes, [NAN] * 60, (), id="only NaNs"),
        pytest.param(spikes, at([-value for value in falling(60)], 40, 3.0), (40,), id="a negative loss"),
        pytest.param(diverged, falling(60), False, id="learns"),
        pytest.param(diverged, [2.3, *[1e20] * 30, *[1e9] * 30], True, id="ends at a multiple of its opening"),
        pytest.param(diverged, [2.3, *[1e20] * 10], False, id="diverges in too few points"),
        pytest.param(diverged, [2.3, *[1e20] * 10, *[0.5] * 50], False, id="comes back"),
        pytest.param(diverged, [-5.0, *np.linspace(-5, -1, 40)], False, id="a negative loss that worsens by less"),
        pytest.param(diverged, [-5.0, *np.linspace(-5, 3, 40)], True, id="a negative loss that turns positive"),
        pytest.param(plateau, falling(60), False, id="still moves"),
        pytest.param(plateau, [*falling(30), *NOISE[:60]], True, id="stands still"),
        pytest.param(plateau, [0.5] * LEAST_POINTS, True, id="exactly constant"),
        pytest.param(plateau, [0.5] * (LEAST_POINTS - 1), False, id="constant over too few points"),
        pytest.param(plateau, at([0.5] * 60, 3, NAN), False, id="not told of what is not finite"),
    ],
)
def test_detector(detector: Callable[[Sequence[float]], Any], values: Sequence[float], expected: object) -> None:
    assert detector(values) == expected


RISING = [float(0.5 + 0.01 * index + NOISE[index]) for index in range(60)]


@pytest.mark.parametrize(
    ("train", "evaluation", "expected"),
    [
        pytest.param(falling(60), RISING, True, id="training falls, evaluation rises"),
        pytest.param(falling(60), falling(60), False, id="both fall"),
        pytest.param(RISING, RISING, False, id="both rise"),
        pytest.param(falling(60), [float(value) for value in NOISE[:60]], False, id="evaluation stands still"),
        pytest.param(falling(19), RISING[:19], False, id="too few points"),
    ],
)
def test_overfitting(train: Sequence[float], evaluation: Sequence[float], expected: bool) -> None:
    assert overfits(train, evaluation) is expected


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        pytest.param([[1.0, NAN], [1.0, NAN]], True, id="equal, NaNs too"),
        pytest.param([[1.0, 2.0], [1.0, 2.0], [1.0, 2.1]], False, id="one differs"),
        pytest.param([[1.0, 2.0], [1.0]], False, id="of another length"),
        pytest.param([[1.0]], False, id="a run alone is no copy"),
    ],
)
def test_copies(courses: Sequence[Sequence[float]], expected: bool) -> None:
    assert all_equal(courses) is expected


LOSSES = st.lists(st.floats(0.01, 100), min_size=LEAST_POINTS, max_size=80)


@given(LOSSES, st.sampled_from([0.125, 2.0, 1024.0]))
def test_the_scale_of_a_loss_does_not_matter(values: list[float], scale: float) -> None:
    scaled = [value * scale for value in values]
    assert spikes(scaled) == spikes(values)
    assert diverged(scaled) == diverged(values)
    assert plateau(scaled) == plateau(values)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=60))
def test_nothing_that_a_training_logs_breaks_a_detector(values: list[float]) -> None:
    assert all(0 <= index < len(values) for index in spikes(values))
    assert isinstance(diverged(values), bool)
    assert isinstance(plateau(values), bool)


@pytest.mark.parametrize("noise", ["normal", "skewed"])
def test_noise_alone_is_hardly_ever_called_a_spike(noise: str) -> None:
    random = np.random.default_rng(1)
    level = np.exp(-np.linspace(0, 3, 170))
    draw = {"normal": lambda: 1 + 0.15 * random.standard_normal(170), "skewed": lambda: random.gamma(4, 0.25, 170)}
    found = [bool(spikes(level * draw[noise]())) for _ in range(300)]
    assert np.mean(found) <= 0.01
