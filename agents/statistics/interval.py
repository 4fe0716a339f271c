"""Intervals: what the runs leave open about a mean, a difference or the next run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.statistics.sample import UnusableSample, describe, differences, finite, varies

SMALLEST_BOOTSTRAP = 10  # of three values a bootstrap interval covers 0.80 where it promises 0.95
_RESAMPLES = 9_999


@dataclass(frozen=True)
class Interval:
    """Confidence limits; `level` such as 0.95."""

    low: float
    high: float
    level: float


def difference_interval(
    a: Sequence[float], b: Sequence[float], *, level: float, paired: bool = False
) -> Interval | None:
    """Welch's t interval of mean(a) - mean(b); paired, Student's of the mean of the differences.

    None where there is no variance to build it from: fewer than two values in a sample, or no sample that varies.
    Source: Welch, Biometrika 34 (1947) 28.
    """
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    first, second = finite(a), finite(b)
    varying = [differences(first, second)] if paired else [first, second]
    if min(len(first), len(second)) < 2 or not any(varies(sample, first, second) for sample in varying):
        return None
    if paired:
        low, high = DescrStatsW(varying[0]).tconfint_mean(alpha=1 - level)
    else:
        means = CompareMeans(DescrStatsW(first), DescrStatsW(second))
        low, high = means.tconfint_diff(alpha=1 - level, usevar="unequal")
    return Interval(float(low), float(high), level)


def bootstrap_interval(values: Sequence[float], level: float = 0.95) -> Interval | None:
    """Bias-corrected and accelerated bootstrap interval of the mean, with a fixed seed.

    None for fewer than ten values, or where they do not vary. Source: Efron, JASA 82 (1987) 171.
    """
    from scipy import stats

    sample = sorted(finite(values))
    if len(sample) < SMALLEST_BOOTSTRAP or not varies(sample):
        return None
    found = stats.bootstrap(
        (sample,),
        np.mean,
        confidence_level=level,
        n_resamples=_RESAMPLES,
        method="BCa",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(float(found.low), float(found.high), level)


def prediction_interval(recorded: Sequence[float], level: float = 0.95) -> Interval:
    """Where one new run falls with probability `level`, if it comes from where the recorded runs came from.

    mean ± t(n-1) sd sqrt(1 + 1/n), for values that are about normal. Source: Hahn & Meeker, Statistical Intervals.

    Raises UnusableSample for fewer than two values, or ones that do not vary.
    """
    from scipy import special

    found = describe(recorded)
    if found.sd is None or not varies(list(recorded)):
        raise UnusableSample(f"to predict a run takes two recorded ones that differ; got {list(recorded)}")
    reach = special.stdtrit(found.n - 1, (1 + level) / 2) * found.sd * math.sqrt(1 + 1 / found.n)
    return Interval(float(found.mean - reach), float(found.mean + reach), level)
