"""Intervals, and prediction intervals of further runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.sample import UnusableSample, describe, varies


@dataclass(frozen=True)
class Interval:
    """A confidence or prediction interval. `level` is a share, such as 0.95."""

    low: float
    high: float
    level: float


def prediction_interval(recorded: Sequence[float], level: float = 0.95) -> Interval:
    """Return the interval that contains the value of one further run with probability `level`.

    The limits are mean ± t(n - 1) sd sqrt(1 + 1/n), for approximately normal values.
    Source: Hahn & Meeker, Statistical Intervals.

    Raises UnusableSample for fewer than two values, or values that do not vary.
    """
    from scipy import special

    sample = describe(recorded)
    if sample.sd is None or not varies(list(recorded)):
        raise UnusableSample(f"a prediction interval needs two recorded values that differ, got {list(recorded)}")
    half_width = special.stdtrit(sample.n - 1, (1 + level) / 2) * sample.sd * math.sqrt(1 + 1 / sample.n)
    return Interval(float(sample.mean - half_width), float(sample.mean + half_width), level)
