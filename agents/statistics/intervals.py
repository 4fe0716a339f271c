"""Confidence intervals of differences of means, and prediction intervals of further runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.sample import UnusableSample, describe, differences, finite, varies


@dataclass(frozen=True)
class Interval:
    """A confidence or prediction interval. `level` is a share, such as 0.95."""

    low: float
    high: float
    level: float


def difference_interval(
    a: Sequence[float], b: Sequence[float], *, level: float, paired: bool = False
) -> Interval | None:
    """Return Welch's t interval of mean(a) - mean(b). For pairs, return Student's interval of the mean difference.

    Returns None if the variance is unknown or zero: a sample has fewer than two values, or no sample varies.
    Source: Welch, Biometrika 34 (1947) 28.
    """
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    first, second = finite(a), finite(b)
    samples = [differences(first, second)] if paired else [first, second]
    if min(len(first), len(second)) < 2 or not any(varies(sample, first, second) for sample in samples):
        return None
    if paired:
        low, high = DescrStatsW(samples[0]).tconfint_mean(alpha=1 - level)
    else:
        means = CompareMeans(DescrStatsW(first), DescrStatsW(second))
        low, high = means.tconfint_diff(alpha=1 - level, usevar="unequal")
    return Interval(float(low), float(high), level)


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
