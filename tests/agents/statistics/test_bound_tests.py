"""Tests of an effect against a bound, in strata and for pairs, compared with scipy and with enumeration."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.statistics import (
    RESAMPLES,
    Stratum,
    UnusableSample,
    measure_effect,
    permutation_floor,
    smallest_n,
)

integers = st.lists(st.integers(-6, 6), min_size=2, max_size=4)
block_of_integers = st.tuples(integers, integers)


def stratum(treatment: Sequence[float], control: Sequence[float], weight: float = 1.0) -> Stratum:
    return Stratum(tuple(map(float, treatment)), tuple(map(float, control)), weight)


def enumerated_tails(blocks: Sequence[tuple[Sequence[int], Sequence[int]]], bound: int) -> tuple[float, float]:
    """Return the shares of relabellings within blocks with at least, and at most, the observed difference."""
    differences = []
    for treatment, control in blocks:
        pool = [value - bound for value in treatment] + list(control)
        chosen = combinations(range(len(pool)), len(treatment))
        total = sum(pool)
        sums = [sum(pool[index] for index in members) for members in chosen]
        differences.append([Fraction(s, len(treatment)) - Fraction(total - s, len(control)) for s in sums])
    null = [sum(parts) for parts in product(*differences)]
    observed = null[0]
    return sum(d >= observed for d in null) / len(null), sum(d <= observed for d in null) / len(null)


@settings(deadline=None, max_examples=60)
@given(st.lists(block_of_integers, min_size=1, max_size=2), st.integers(-3, 3))
def test_permutation_within_blocks_equals_enumeration_in_fractions(
    blocks: list[tuple[list[int], list[int]]], bound: int
) -> None:
    strata = [stratum(*block, 1 / len(blocks)) for block in blocks]
    try:
        effect = measure_effect(strata)
    except UnusableSample:
        return
    above, below = enumerated_tails(blocks, bound)
    assert effect.exceeds(bound).parts["permutation"] == pytest.approx(min(1, 2 * above))
    assert effect.falls_below(bound).parts["permutation"] == pytest.approx(min(1, 2 * below))
    assert effect.differs_from(bound).parts["permutation"] == pytest.approx(min(1, 2 * min(above, below)))


@pytest.mark.parametrize(("n", "k", "bound"), [(5, 5, 0.3), (4, 6, -0.5), (6, 4, 1.0)])
def test_shifted_tests_equal_those_of_scipy(n: int, k: int, bound: float) -> None:
    rng = np.random.default_rng(n)
    treatment, control = rng.normal(0.5, 2, n), rng.normal(0, 1, k)
    effect = measure_effect([stratum(treatment, control)])
    moved = treatment - bound

    def mean_difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return a.mean(axis=axis) - b.mean(axis=axis)

    relabelled = stats.permutation_test((moved, control), mean_difference, n_resamples=np.inf, vectorized=True)
    for alternative, result in {
        "two-sided": effect.differs_from(bound),
        "greater": effect.exceeds(bound),
        "less": effect.falls_below(bound),
    }.items():
        welch = stats.ttest_ind(moved, control, equal_var=False, alternative=alternative).pvalue
        assert result.parts["welch"] == pytest.approx(min(1, welch if alternative == "two-sided" else 2 * welch))
        assert result.p == max(result.parts.values())
    assert effect.differs_from(bound).parts["permutation"] == pytest.approx(relabelled.pvalue)


def test_equivalence_is_two_one_sided_tests() -> None:
    effect = measure_effect([stratum([0.1, 0.3, 0.2, 0.5], [0.2, 0.0, 0.3, 0.25])])
    low, high = effect.exceeds(-0.4), effect.falls_below(0.4)
    within = effect.is_within(0.4)
    assert within.parts == {name: max(low.parts[name], high.parts[name]) for name in ("permutation", "welch")}


def test_more_relabellings_than_are_enumerated_are_drawn() -> None:
    """Three blocks of four and four runs have 343,000 relabellings."""
    rng = np.random.default_rng(2)
    blocks = [(rng.integers(0, 9, 4).tolist(), rng.integers(0, 9, 4).tolist()) for _ in range(3)]
    effect = measure_effect([stratum(*block, 1 / 3) for block in blocks])
    above, below = enumerated_tails(blocks, 0)
    error = math.sqrt(above * (1 - above) / RESAMPLES)
    assert effect.exceeds(0).parts["permutation"] == pytest.approx(min(1, 2 * above), abs=8 * error)
    assert effect.falls_below(0).parts["permutation"] == pytest.approx(min(1, 2 * below), abs=8 * error)
    assert effect.floor == 2 / (RESAMPLES + 1)
    reordered = measure_effect([stratum(*block, 1 / 3) for block in blocks[::-1]])
    assert effect.exceeds(0).parts["permutation"] == reordered.exceeds(0).parts["permutation"]


def test_many_pairs_are_swapped_at_random() -> None:
    """Eighteen pairs have 262,144 sign patterns."""
    differences = [float(d) for d in (3, -1, 2, 4, -2, 1, 5, 2, -3, 1, 2, 0, 4, -1, 2, 3, -2, 1)]
    effect = measure_effect([stratum(differences, [0.0] * 18)], paired=True)
    sums = np.zeros(1)
    for d in differences:
        sums = np.add.outer(sums, [d, -d]).ravel()
    above = float(np.mean(sums >= sum(differences)))
    error = math.sqrt(above * (1 - above) / RESAMPLES)
    assert effect.exceeds(0).parts["permutation"] == pytest.approx(2 * above, abs=8 * error)


@pytest.mark.parametrize(
    ("sizes", "degrees"), [((2, 10), 1), ((3, 6), 2), ((10, 5), 4)], ids=["2 and 10", "3 and 6", "10 and 5"]
)
def test_smaller_sample_gives_the_degrees_of_freedom_if_the_other_is_twice_as_large(
    sizes: tuple[int, int], degrees: int
) -> None:
    rng = np.random.default_rng(3)
    effect = measure_effect([stratum(rng.normal(size=sizes[0]), rng.normal(size=sizes[1]))])
    assert effect.welch.degrees == degrees


@pytest.mark.parametrize(
    ("sizes", "degrees"),
    [((4, 4, 4, 4), 3), ((5, 5, 5, 6), 4), ((5, 5, 5, 5), None)],
    ids=["four runs", "unequal sizes", "five runs"],
)
def test_smallest_cell_gives_the_degrees_of_freedom_of_an_interaction(
    sizes: tuple[int, int, int, int], degrees: int | None
) -> None:
    """Without a permutation test, Satterthwaite's are used for equal cells of at least five runs only."""
    rng = np.random.default_rng(4)
    a, b, c, d = (rng.normal(size=n) for n in sizes)
    effect = measure_effect([stratum(a, b), stratum(c, d, -1)], exchangeable=False)
    v = np.array([sample.var(ddof=1) / len(sample) for sample in (a, b, c, d)])
    satterthwaite = v.sum() ** 2 / (v**2 / (np.array(sizes) - 1)).sum()
    assert effect.welch.degrees == pytest.approx(degrees or satterthwaite)


@pytest.mark.parametrize("sds", [(1, 1, 1, 1), (10, 1, 1, 1)], ids=["equal variances", "one cell varies more"])
@pytest.mark.parametrize("runs", [2, 3, 5])
def test_error_rate_of_an_interaction_is_at_most_alpha(runs: int, sds: tuple[float, ...]) -> None:
    rng, experiments = np.random.default_rng(runs), 1500
    ps = []
    for _ in range(experiments):
        a, b, c, d = (rng.normal(0, sd, runs) for sd in sds)
        ps.append(measure_effect([stratum(a, b), stratum(c, d, -1)], exchangeable=False).differs_from(0.0).p)
    assert np.mean(np.array(ps) <= 0.05) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / experiments)


def test_floor_and_smallest_n_count_the_relabellings_of_all_blocks() -> None:
    assert permutation_floor(2, 2, blocks=3) == 2 / 6**3
    assert permutation_floor(3, 3, paired=True, blocks=2) == 2 / 2**6
    assert smallest_n(0.05, 1, blocks=2) == 3
    assert smallest_n(0.05, 1, blocks=3) == 2
    assert measure_effect([stratum([1, 2], [3, 5], 0.5), stratum([1, 2, 4], [3, 5], 0.5)]).floor == 2 / 60


def test_values_that_were_computed_from_large_numbers_have_their_rounding_error() -> None:
    """Differences of 1e-8 between values near one are rounding errors of single precision."""
    noise = (1e-8, 2e-8, 0.0, 3e-8)
    with pytest.raises(UnusableSample, match="no sample varies"):
        measure_effect([Stratum(noise, (0.0,) * 4, magnitude=1.0)], paired=True)
    assert measure_effect([Stratum(noise, (0.0,) * 4)], paired=True).welch.error > 0


def test_the_method_names_the_tests_that_have_to_agree() -> None:
    strata = [stratum([1, 2], [3, 5]), stratum([1, 2], [4, 5], weight=-1.0)]
    permutation = "exact two-sided permutation test on the difference of means within 2 blocks"
    assert measure_effect(strata).method == f"{permutation}, and Welch's t test"
    contrast = "Welch's t test of the difference between 2 differences of means"
    assert measure_effect(strata, exchangeable=False).method == contrast
    assert measure_effect([stratum([1, 2], [3, 5])], paired=True).method == (
        "exact two-sided paired permutation test on the difference of means, and paired t test"
    )
