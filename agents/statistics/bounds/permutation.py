"""Permutation tests on differences of means, exact for small samples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.bounds.relabelling import EXACT_LIMIT, RESAMPLES, relabelled_differences
from agents.statistics.bounds.strata import Stratum
from agents.statistics.multiple_comparisons import at_most
from agents.statistics.sample import UnusableSample, differences, finite, rounding

_MAX_N = 18  # with this many runs per arm, all tests use resampling, so more runs do not lower the smallest p


@dataclass(frozen=True)
class Tails:
    """The shares of relabellings whose difference is at least, and at most, the observed one. Ties count in both."""

    above: float
    below: float

    @property
    def two_sided(self) -> float:
        """Twice the smaller tail and at most 1, so that the error in each direction is at most alpha/2."""
        return min(1.0, 2 * min(self.above, self.below))


@dataclass(frozen=True)
class Permutation:
    """The result of a permutation test. `floor` is the smallest p attainable with samples of these sizes."""

    difference: float
    p: float
    floor: float
    method: str


def permutation_test(a: Sequence[float], b: Sequence[float], *, paired: bool = False) -> Permutation:
    """Test mean(a) - mean(b) with a two-sided permutation test that relabels runs, or swaps values within pairs.

    Raises UnusableSample for fewer than two values in a sample, a value that is not finite, or paired samples of
    different sizes.
    """
    first, second = finite(a), finite(b)
    if paired:
        differences(first, second)
    if min(len(first), len(second)) < 2:
        raise UnusableSample(f"a test needs two values in each sample, got {len(first)} and {len(second)}")
    strata = [Stratum(tuple(first), tuple(second))]
    p = permutation_tails(strata, paired=paired).two_sided
    floor, method = permutation_floor(len(first), len(second), paired=paired), permutation_method(strata, paired=paired)
    return Permutation(sum(first) / len(first) - sum(second) / len(second), p, floor, method)


def permutation_tails(strata: Sequence[Stratum], *, shift: float = 0.0, paired: bool = False) -> Tails:
    """Relabel the runs in each stratum, or swap the values of pairs, after `shift` is subtracted from the treatment.

    Up to 200,000 relabellings are enumerated, more are drawn with a fixed seed. Differences that are equal to the
    observed one within single precision count as ties. The tolerance of scipy is relative to the difference, so scipy
    would miss ties between accuracies, and scipy cannot permute within strata.
    Sources: Ernst, Statistical Science 19 (2004) 676; the +1 correction: Phipson & Smyth, SAGMB 9 (2010) 39.
    """
    exchanged = exchangeable(strata, paired=paired)
    tolerance = rounding([stratum.largest for stratum in strata])
    observed, null = relabelled_differences(exchanged, shift)
    correction = 0 if is_exact(exchanged) else 1
    above = int((null >= observed - tolerance).sum()) + correction
    below = int((null <= observed + tolerance).sum()) + correction
    return Tails(above / (null.size + correction), below / (null.size + correction))


def exchangeable(strata: Sequence[Stratum], *, paired: bool) -> list[Stratum]:
    """Return the strata within which values are exchanged: in a paired test each pair is one.

    They are sorted, so that a resampled p does not depend on the order of the runs.
    """
    if not paired:
        ordered = [Stratum(tuple(sorted(s.treatment)), tuple(sorted(s.control)), s.weight) for s in strata]
    else:
        ordered = [
            Stratum((treatment,), (control,), stratum.weight / len(stratum.treatment))
            for stratum in strata
            for treatment, control in zip(stratum.treatment, stratum.control, strict=True)
        ]
    return sorted(ordered, key=lambda stratum: (stratum.treatment, stratum.control))


def is_exact(exchanged: Sequence[Stratum]) -> bool:
    """Check whether all relabellings are enumerated."""
    return _relabellings([(len(s.treatment), len(s.control)) for s in exchanged]) <= EXACT_LIMIT


def smallest_p(exchanged: Sequence[Stratum]) -> float:
    """Return the smallest two-sided p that relabelling within these strata can give."""
    return _smallest_p([(len(stratum.treatment), len(stratum.control)) for stratum in exchanged])


def permutation_floor(n_a: int, n_b: int, *, paired: bool = False, blocks: int = 1) -> float:
    """Return the smallest p that a permutation test of samples of these sizes, in each block, can give.

    Under the null hypothesis all C = C(n_a + n_b, n_a) relabellings are equally likely. A tail contains at least the
    observed one, so the two-sided p is at least 2/C. For n pairs with 2^n swaps it is at least 2^(1 - n). With blocks,
    the number of relabellings is the product over the blocks.
    """
    return _smallest_p([(1, 1)] * n_a * blocks if paired else [(n_a, n_b)] * blocks)


def smallest_n(alpha: float, family_size: int, *, paired: bool = False, blocks: int = 1) -> int | None:
    """Return the smallest number of runs per arm (or pairs), in each block, with which the test can reach alpha.

    Alpha must be reached in the first of `family_size` Holm steps. Returns None if no number of runs is sufficient.
    """
    floors = ((n, permutation_floor(n, n, paired=paired, blocks=blocks)) for n in range(2, _MAX_N + 1))
    return next((n for n, floor in floors if at_most(floor * family_size, alpha)), None)


def permutation_method(strata: Sequence[Stratum], *, paired: bool) -> str:
    """Return a phrase that names the test of these samples."""
    exact = is_exact(exchangeable(strata, paired=paired))
    kind = "exact" if exact else f"Monte Carlo ({RESAMPLES} resamples, fixed seed, +1 correction)"
    within = f" within {len(strata)} blocks" if len(strata) > 1 else ""
    return f"{kind} two-sided {'paired ' if paired else ''}permutation test on the difference of means{within}"


def _smallest_p(sizes: Sequence[tuple[int, int]]) -> float:
    relabellings = _relabellings(sizes)
    return min(1.0, 2 / (relabellings if relabellings <= EXACT_LIMIT else RESAMPLES + 1))


def _relabellings(sizes: Sequence[tuple[int, int]]) -> int:
    return math.prod(math.comb(n_a + n_b, n_a) for n_a, n_b in sizes)
