"""The scale on which the levels of a swept number lie, read off the levels themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
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


def distance(low: float, high: float, *, logarithmic: bool) -> float:
    return math.log(high) - math.log(low) if logarithmic else high - low


def moved(value: float, by: float, *, logarithmic: bool) -> float:
    """A value so far away on the scale, in the measure of `distance`."""
    return value * math.exp(by) if logarithmic else value + by


def share_of_way(value: float, low: float, high: float, *, logarithmic: bool) -> float:
    """How far a value lies on the way from `low` to `high`, from 0 to 1 between them."""
    return distance(low, value, logarithmic=logarithmic) / distance(low, high, logarithmic=logarithmic)


def in_few_digits(value: float, low: float, high: float) -> float | None:
    """The value with as few digits as still lie strictly between `low` and `high`; None where none do."""
    if not low < value < high:
        return None
    rounded = (float(f"{value:.{digits}g}") for digits in (1, 2, 3, 6))
    near = (one for one in rounded if abs(one - value) <= 0.1 * min(value - low, high - value))
    return next(near, value)


def _unevenness(levels: Sequence[float]) -> float:
    steps = [after - before for before, after in pairwise(levels)]
    return max(steps) / min(steps)
