"""The scale on which the levels of a swept number lie, read off the levels themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

_WIDE = 10  # two levels that lie this many times apart were meant as orders of magnitude


def numbers(levels: Sequence[Any]) -> tuple[float, ...] | None:
    """The levels in order, if they are finite numbers, all different; else None."""
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in levels):
        return None
    found = sorted(set(map(float, levels)))
    return tuple(found) if len(found) == len(levels) else None


def is_logarithmic(levels: Sequence[float]) -> bool:
    """Whether steps between neighbours are more even as ratios than as differences. `levels` ascend."""
    if len(levels) < 2 or levels[0] <= 0:
        return False
    if len(levels) == 2:
        return levels[1] / levels[0] >= _WIDE
    return _unevenness([math.log(one) for one in levels]) < _unevenness(levels)


def middle(low: float, high: float, *, logarithmic: bool) -> float:
    return math.sqrt(low) * math.sqrt(high) if logarithmic else low + (high - low) / 2


def place_between(value: float, low: float, high: float, *, logarithmic: bool) -> float:
    """Where a value lies between two others, from 0 at `low` to 1 at `high`."""
    if logarithmic:
        value, low, high = math.log(value), math.log(low), math.log(high)
    return (value - low) / (high - low)


def in_few_digits(value: float, low: float, high: float) -> float | None:
    """The value with as few digits as still lie strictly between `low` and `high`; None where none do."""
    rounded = (float(f"{value:.{digits}g}") for digits in (1, 2, 3, 6))
    near = (one for one in rounded if abs(one - value) <= 0.1 * min(value - low, high - value))
    return next(near, value if low < value < high else None)


def _unevenness(levels: Sequence[float]) -> float:
    steps = [after - before for before, after in zip(levels, levels[1:], strict=False)]
    return max(steps) / min(steps)
