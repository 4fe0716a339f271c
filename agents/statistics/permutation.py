"""Permutation tests on the difference of means: exact where every relabelling can be looked at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from agents.statistics.sample import UnusableSample, differences, finite, rounding

EXACT_LIMIT = 200_000  # relabellings that are still enumerated: about a second
RESAMPLES = 199_999  # beyond it; with the +1 correction the floor stays below every enumerated one
_LARGEST_N = 18  # from here on every test is Monte Carlo and more runs no longer lower the floor


@dataclass(frozen=True)
class Permutation:
    """`floor` is the smallest p that samples of these sizes can give."""

    difference: float
    p: float
    floor: float
    method: str


def permutation_test(a: Sequence[float], b: Sequence[float], *, paired: bool = False) -> Permutation:
    """Two-sided permutation test on mean(a) - mean(b), by relabelling runs or, paired, by swapping within pairs.

    p is twice the smaller tail, at most 1, so that either direction alone errs in at most alpha/2 of cases whatever
    the two sizes. Relabellings that tie with the observed difference within single precision count as equal:
    scipy's own tolerance shrinks with the difference and breaks ties of accuracies.
    Sources: Ernst, Statistical Science 19 (2004) 676; the +1 correction: Phipson & Smyth, SAGMB 9 (2010) 39.

    Raises UnusableSample for fewer than two values, one that is not finite, or pairs that do not match.
    """
    from scipy import stats

    first, second = _ordered(finite(a), finite(b), paired)
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


def _ordered(a: list[float], b: list[float], paired: bool) -> tuple[list[float], list[float]]:
    """Sorted, so that a Monte Carlo p does not depend on the order in which runs are listed."""
    if not paired:
        return sorted(a), sorted(b)
    differences(a, b)
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
