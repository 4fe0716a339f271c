"""Permutation within strata: weights of pairs, the correction for random relabellings, and the smallest p."""

from __future__ import annotations

import operator
from itertools import product

from agents.statistics.bounds.permutation import permutation_method, permutation_tails, smallest_n
from agents.statistics.bounds.relabelling import EXACT_LIMIT, RESAMPLES
from agents.statistics.bounds.strata import Stratum


def test_exactly_200_000_relabellings_are_enumerated() -> None:
    """Choices of three from six, and of two from five in four more strata. All values of the treatment are smaller."""
    first = Stratum((1.0, 2.0, 3.0), (11.0, 12.0, 13.0))
    strata = [first, *[Stratum((1.0, 2.0), (11.0, 12.0, 13.0))] * 4]
    assert permutation_method(strata, paired=False).endswith("within 5 blocks")
    assert permutation_method(strata, paired=False).startswith("exact")
    assert permutation_method(strata[:1], paired=False).endswith("means")
    assert permutation_tails(strata).below == 1 / EXACT_LIMIT


def test_the_observed_relabelling_is_added_to_random_ones() -> None:
    """No random relabelling has so large a difference."""
    tails = permutation_tails([Stratum(tuple(map(float, range(100, 120))), tuple(map(float, range(20))))])
    assert (tails.above, tails.below) == (1 / (RESAMPLES + 1), 1.0)


def test_pairs_of_strata_of_different_sizes_are_weighted_by_the_means_of_their_strata() -> None:
    """Swaps of two pairs move their mean by half of a difference, and of three pairs by a third."""
    strata = [Stratum((1.0, 5.0), (0.0, 0.0)), Stratum((2.0, 3.0, 4.0), (0.0, 0.0, 7.0), -1.0)]
    differences = [1 / 2, 5 / 2, -2 / 3, -3 / 3, 3 / 3]
    sums = [sum(map(operator.mul, signs, differences)) for signs in product((1, -1), repeat=5)]
    tails = permutation_tails(strata, paired=True)
    assert tails.above == sum(s >= sums[0] - 1e-9 for s in sums) / 32
    assert tails.below == sum(s <= sums[0] + 1e-9 for s in sums) / 32


def test_runs_are_not_pairs_by_default() -> None:
    strata = [Stratum((1.0, 2.0), (3.0, 4.0))]
    assert permutation_tails(strata).below == 1 / 6
    assert permutation_tails(strata, paired=True).below == 1 / 4


def test_more_pairs_are_needed_for_the_smallest_p_of_random_swaps() -> None:
    """Seventeen pairs have 2^17 swaps, so p is at least 1.5e-5. With eighteen pairs, swaps are drawn at random."""
    assert smallest_n(2e-5, 1) == smallest_n(1.2e-5, 1) == 10
    assert smallest_n(2e-5, 1, paired=True) == 17
    assert smallest_n(1.2e-5, 1, paired=True) == 18
    assert smallest_n(0.9e-5, 1, paired=True) is None


def test_a_block_needs_two_runs_of_each_arm() -> None:
    assert smallest_n(0.05, 1, blocks=6) == 2
