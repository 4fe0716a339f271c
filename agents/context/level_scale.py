"""Decide whether the levels of a swept number are on a linear or a logarithmic scale, and interpolate on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

_ORDER_OF_MAGNITUDE = 10  # ratio from which two levels count as logarithmic


def numeric_levels(levels: Sequence[Any]) -> tuple[float, ...] | None:
    """Return the levels in ascending order, None unless they are distinct finite numbers."""
    if not all(map(_is_finite_number, levels)):
        return None
    ordered = sorted(set(map(float, levels)))
    return tuple(ordered) if len(ordered) == len(levels) else None


def is_logarithmic(levels: Sequence[float]) -> bool:
    """Check whether the ratios of neighbouring levels are more even than their differences. `levels` ascend."""
    if len(levels) < 2 or levels[0] <= 0:
        return False
    if len(levels) == 2:
        return levels[1] / levels[0] >= _ORDER_OF_MAGNITUDE
    return _unevenness([math.log(level) for level in levels]) < _unevenness(levels)


def distance(low: float, high: float, *, logarithmic: bool) -> float:
    return math.log(high) - math.log(low) if logarithmic else high - low


def shift(value: float, offset: float, *, logarithmic: bool) -> float:
    """Return the value at the signed distance `offset`, as measured by `distance`."""
    return value * math.exp(offset) if logarithmic else value + offset


def relative_position(value: float, low: float, high: float, *, logarithmic: bool) -> float:
    """Return the position of a value between `low` (0) and `high` (1)."""
    return distance(low, value, logarithmic=logarithmic) / distance(low, high, logarithmic=logarithmic)


def round_inside(value: float, low: float, high: float) -> float | None:
    """Round to as few digits as possible so that the value stays near and between `low` and `high`.

    Returns None if the value is not between them.
    """
    if not low < value < high:
        return None
    rounded = (float(f"{value:.{digits}g}") for digits in (1, 2, 3, 6))
    near = (number for number in rounded if abs(number - value) <= 0.1 * min(value - low, high - value))
    return next(near, value)


def _is_finite_number(level: Any) -> bool:
    return isinstance(level, int | float) and not isinstance(level, bool) and math.isfinite(level)


def _unevenness(levels: Sequence[float]) -> float:
    steps = [after - before for before, after in pairwise(levels)]
    return max(steps) / min(steps)
