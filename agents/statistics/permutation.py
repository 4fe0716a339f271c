"""Permutation tests on the difference of means, exact for small samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
from numpy.typing import NDArray

from agents.statistics.sample import UnusableSample, differences, finite, rounding

_EXACT_LIMIT = 200_000  # up to this number, relabellings are enumerated, which takes about a second
RESAMPLES = 199_999  # for larger samples; with the +1 correction the smallest p is below every exact one
_MAX_N = 18  # with this many runs per arm, all tests use resampling, so more runs do not lower the smallest p


@dataclass(frozen=True)
class Permutation:
    """The result of a permutation test. `floor` is the smallest p attainable with samples of these sizes."""

    difference: float
    p: float
    floor: float
    method: str


def permutation_test(a: Sequence[float], b: Sequence[float], *, paired: bool = False) -> Permutation:
    """Test mean(a) - mean(b) with a two-sided permutation test that relabels runs, or swaps values within pairs.

    p is twice the smaller tail and at most 1, so that the error in each direction is at most alpha/2 for all sample
    sizes. Differences that are equal to the observed one within single precision count as ties. The tolerance of scipy
    is relative to the difference, so scipy would miss ties between accuracies.
    Sources: Ernst, Statistical Science 19 (2004) 676; the +1 correction: Phipson & Smyth, SAGMB 9 (2010) 39.

    Raises UnusableSample for fewer than two values in a sample, a value that is not finite, or paired samples of
    different sizes.
    """
    from scipy import stats

    first, second = _ordered(finite(a), finite(b), paired)
    if min(len(first), len(second)) < 2:
        raise UnusableSample(f"a test needs two values in each sample, got {len(first)} and {len(second)}")
    exact = _relabellings(len(first), len(second), paired) <= _EXACT_LIMIT
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
    """Return the smallest p that `permutation_test` can give.

    Under the null hypothesis all C = C(n_a + n_b, n_a) relabellings are equally likely. A tail contains at least the
    observed one, so the two-sided p is at least 2/C. For n pairs with 2^n swaps it is at least 2^(1 - n).
    """
    relabellings = _relabellings(n_a, n_b, paired)
    return min(1.0, 2 / (relabellings if relabellings <= _EXACT_LIMIT else RESAMPLES + 1))


def smallest_n(alpha: float, family_size: int, *, paired: bool = False) -> int | None:
    """Return the smallest number of runs per arm (or pairs) with which the test can reach alpha.

    Alpha must be reached in the first of `family_size` Holm steps. Returns None if no number of runs is sufficient.
    """
    floors = ((n, permutation_floor(n, n, paired=paired)) for n in range(2, _MAX_N + 1))
    return next((n for n, floor in floors if at_most(floor * family_size, alpha)), None)


def at_most(p: float, alpha: float) -> bool:
    """Check p <= alpha with a tolerance, because p is a ratio of counts that may be rounded up."""
    return p <= alpha * (1 + 1e-9)


def _ordered(a: list[float], b: list[float], paired: bool) -> tuple[list[float], list[float]]:
    """Sort the values, so that a resampled p does not depend on the order of the runs."""
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
    kind = "exact" if exact else f"Monte Carlo ({RESAMPLES} resamples, fixed seed, +1 correction)"
    return f"{kind} two-sided {'paired ' if paired else ''}permutation test on the difference of means"
