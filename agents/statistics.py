"""Numbers from samples: exact where exact is possible, and honest about what few runs cannot show.

A sample is a sequence of finite floats in the metric's own unit, one per run. Differences are first minus second.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

EXACT_LIMIT = 200_000  # relabellings that are still enumerated: about a second
RESAMPLES = 199_999  # beyond it; with the +1 correction the floor stays below every enumerated one
_LARGEST_N = 18  # from here on every test is Monte Carlo and more runs no longer lower the floor
# Metrics often pass through single precision. A mean carries an error of 2^-24 of its size, and an observed
# difference is compared with a relabelled one: four means.
_ROUNDING = 4 * 2.0**-24


class UnusableSample(ValueError):
    """Values that no statistic can be computed from."""


@dataclass(frozen=True)
class Description:
    """`sd` divides by n - 1 and is None for one value."""

    n: int
    mean: float
    sd: float | None
    min: float
    max: float


@dataclass(frozen=True)
class Permutation:
    """`floor` is the smallest p that samples of these sizes can give."""

    difference: float
    p: float
    floor: float
    method: str


@dataclass(frozen=True)
class Interval:
    """Confidence limits; `level` such as 0.95."""

    low: float
    high: float
    level: float


def describe(values: Sequence[float]) -> Description:
    """Raises UnusableSample for no value or one that is not finite."""
    sample = _finite(values)
    sd = stdev(sample) if len(sample) > 1 else None
    return Description(len(sample), mean(sample), sd, min(sample), max(sample))


def permutation_test(a: Sequence[float], b: Sequence[float], *, paired: bool = False) -> Permutation:
    """Two-sided permutation test on mean(a) - mean(b), by relabelling runs or, paired, by swapping within pairs.

    p is twice the smaller tail, at most 1, so that either direction alone errs in at most alpha/2 of cases whatever
    the two sizes. Relabellings that tie with the observed difference within single precision count as equal:
    scipy's own tolerance shrinks with the difference and breaks ties of accuracies.
    Sources: Ernst, Statistical Science 19 (2004) 676; the +1 correction: Phipson & Smyth, SAGMB 9 (2010) 39.

    Raises UnusableSample for fewer than two values, one that is not finite, or pairs that do not match.
    """
    first, second = _ordered(_finite(a), _finite(b), paired)
    if min(len(first), len(second)) < 2:
        raise UnusableSample(f"a test needs two values in each sample; got {len(first)} and {len(second)}")
    exact = _relabellings(len(first), len(second), paired) <= EXACT_LIMIT
    result = stats.permutation_test(
        (np.array(first), np.array(second)),
        _mean_difference,
        permutation_type="samples" if paired else "independent",
        vectorized=True,
        n_resamples=np.inf if exact else RESAMPLES,
        batch=10_000,
        rng=np.random.default_rng(0),
    )
    p = _two_sided(result.null_distribution, float(result.statistic), rounding(first, second), 0 if exact else 1)
    floor = permutation_floor(len(first), len(second), paired=paired)
    return Permutation(mean(first) - mean(second), p, floor, _method(exact, paired))


def permutation_floor(n_a: int, n_b: int, *, paired: bool = False) -> float:
    """The smallest p that `permutation_test` can give.

    Of the C(n_a + n_b, n_a) relabellings, equally likely under the null, at least the observed one lies in its own
    tail; twice that is 2/C, for equal sizes and unequal ones. Of 2^n swaps within n pairs: 2^(1 - n).
    """
    relabellings = _relabellings(n_a, n_b, paired)
    return min(1.0, 2 / (relabellings if relabellings <= EXACT_LIMIT else RESAMPLES + 1))


def smallest_n(alpha: float, family_size: int, *, paired: bool = False) -> int | None:
    """Runs per arm (pairs) from which the first of `family_size` Holm steps can reach alpha; None where none do."""
    floors = ((n, permutation_floor(n, n, paired=paired)) for n in range(2, _LARGEST_N + 1))
    return next((n for n, floor in floors if at_most(floor * family_size, alpha)), None)


def at_most(p: float, alpha: float) -> bool:
    """p <= alpha, where p is a ratio of counts that may have been rounded just above."""
    return p <= alpha * (1 + 1e-9)


def difference_interval(
    a: Sequence[float], b: Sequence[float], *, level: float, paired: bool = False
) -> Interval | None:
    """Welch's t interval of mean(a) - mean(b); paired, Student's of the mean of the differences.

    None where there is no variance to build it from: fewer than two values in a sample, or no sample that varies.
    Source: Welch, Biometrika 34 (1947) 28.
    """
    first, second = _finite(a), _finite(b)
    varying = [_differences(first, second)] if paired else [first, second]
    if min(len(first), len(second)) < 2 or all(max(s) - min(s) <= rounding(first, second) for s in varying):
        return None
    if paired:
        low, high = DescrStatsW(varying[0]).tconfint_mean(alpha=1 - level)
    else:
        means = CompareMeans(DescrStatsW(first), DescrStatsW(second))
        low, high = means.tconfint_diff(alpha=1 - level, usevar="unequal")
    return Interval(float(low), float(high), level)


def hedges_g(a: Sequence[float], b: Sequence[float]) -> float | None:
    """(mean(a) - mean(b)) / pooled sd, freed of its small-sample bias by the exact gamma ratio.

    None for fewer than two values in a sample or a pooled sd of zero. Source: Hedges, J. Educ. Stat. 6 (1981) 107.
    """
    first, second = describe(a), describe(b)
    if first.sd is None or second.sd is None:
        return None
    freedom = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / freedom)
    if pooled <= rounding(a, b):
        return None
    unbiased = special.poch((freedom - 1) / 2, 0.5) / math.sqrt(freedom / 2)
    return float(unbiased * (first.mean - second.mean) / pooled)


def probability_greater(a: Sequence[float], b: Sequence[float]) -> float:
    """The share of pairs (one of a, one of b) in which a is greater; ties count one half.

    Source: Vargha & Delaney, J. Educ. Behav. Stat. 25 (2000) 101.
    """
    differences = np.subtract.outer(_finite(a), _finite(b))
    tied = np.abs(differences) <= rounding(a, b)
    return float(np.mean(np.where(tied, 0.5, differences > 0)))


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Step-down adjusted p, in the order given. Source: Holm, Scand. J. Stat. 6 (1979) 65."""
    return tuple(float(p) for p in multipletests(ps, method="holm")[1]) if ps else ()


def rounding(*samples: Sequence[float]) -> float:
    """What differences of means may be off by when the values came from single precision; below it they are ties."""
    return _ROUNDING * max(abs(value) for sample in samples for value in sample)


def _finite(values: Sequence[float]) -> list[float]:
    sample = [float(value) for value in values]
    if not sample or not all(map(math.isfinite, sample)):
        raise UnusableSample(f"a sample needs finite values, at least one; got {sample}: leave failed runs out first")
    return sample


def _differences(a: Sequence[float], b: Sequence[float]) -> list[float]:
    if len(a) != len(b):
        raise UnusableSample(f"pairs need as many values on both sides; got {len(a)} and {len(b)}")
    return [x - y for x, y in zip(a, b, strict=True)]


def _ordered(a: list[float], b: list[float], paired: bool) -> tuple[list[float], list[float]]:
    """Sorted, so that a Monte Carlo p does not depend on the order in which runs are listed."""
    if not paired:
        return sorted(a), sorted(b)
    _differences(a, b)
    pairs = sorted(zip(a, b, strict=True))
    return [x for x, _ in pairs], [y for _, y in pairs]


def _relabellings(n_a: int, n_b: int, paired: bool) -> int:
    return 2**n_a if paired else math.comb(n_a + n_b, n_a)


def _mean_difference(a: NDArray[np.float64], b: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    difference: NDArray[np.float64] = np.mean(a, axis=axis) - np.mean(b, axis=axis)
    return difference


def _two_sided(null: NDArray[np.float64], observed: float, tolerance: float, correction: int) -> float:
    tail = min(np.count_nonzero(null >= observed - tolerance), np.count_nonzero(null <= observed + tolerance))
    return min(1.0, 2 * (int(tail) + correction) / (null.size + correction))


def _method(exact: bool, paired: bool) -> str:
    how = "exact" if exact else f"Monte Carlo ({RESAMPLES} resamples, fixed seed, +1 correction)"
    return f"{how} two-sided {'paired ' if paired else ''}permutation test on the difference of means"
