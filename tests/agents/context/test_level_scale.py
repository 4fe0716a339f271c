"""Levels are recognised as linear or logarithmic, and interpolation is consistent on both scales."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.context.level_scale import distance, is_logarithmic, numeric_levels, relative_position, round_inside, shift

SCALES = {
    "orders of magnitude": ([0.001, 0.01, 0.1], True),
    "half orders of magnitude": ([0.001, 0.003, 0.01], True),
    "doublings": ([16.0, 32.0, 64.0, 128.0], True),
    "even steps": ([16.0, 32.0, 48.0], False),
    "from zero": ([0.0, 0.1, 0.5], False),
    "two distant levels": ([4.0, 64.0], True),
    "two close levels": ([4.0, 8.0], False),
    "negative": ([-1.0, 1.0, 100.0], False),
    "single level": ([4.0], False),
}


@pytest.mark.parametrize(("levels", "expected"), SCALES.values(), ids=SCALES)
def test_scale_is_logarithmic_if_levels_have_similar_ratios(levels: list[float], expected: bool) -> None:
    assert is_logarithmic(levels) is expected


NUMBERS = {
    "descending": ([0.01, 0.001], (0.001, 0.01)),
    "text": (["relu", "tanh"], None),
    "number and text": ([1, "two"], None),
    "bools": ([True, False], None),
    "equal numbers": ([1, 1.0], None),
}


@pytest.mark.parametrize(("levels", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_numeric_levels_are_distinct_and_ascend(levels: list[object], expected: tuple[float, ...] | None) -> None:
    assert numeric_levels(levels) == expected


positive = st.floats(1e-6, 1e6)


@given(positive, positive, st.booleans(), st.floats(0, 1))
def test_relative_position_reverses_shift(first: float, second: float, logarithmic: bool, fraction: float) -> None:
    low, high = sorted((first, second))
    if high / low < 1.001:
        return
    shifted = shift(low, fraction * distance(low, high, logarithmic=logarithmic), logarithmic=logarithmic)
    assert relative_position(shifted, low, high, logarithmic=logarithmic) == pytest.approx(fraction, abs=1e-6)


@given(positive, positive, st.floats(0.01, 0.99))
def test_rounded_value_stays_between_its_bounds(first: float, second: float, fraction: float) -> None:
    low, high = sorted((first, second))
    value = low + fraction * (high - low)
    rounded = round_inside(value, low, high)
    assert rounded is None if not low < value < high else rounded is not None and low < rounded < high
