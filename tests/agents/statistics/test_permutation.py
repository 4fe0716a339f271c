"""Permutation tests, effect sizes and intervals, compared with enumeration, closed forms and published examples."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.statistics import (
    RESAMPLES,
    Description,
    Interval,
    Stratum,
    UnusableSample,
    at_most,
    describe,
    hedges_g,
    measure_effect,
    permutation_floor,
    permutation_test,
    probability_greater,
    smallest_n,
)

# Student, Biometrika 6 (1908) 1: extra sleep in hours; the data set `sleep` of R, with its printed t.test results.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Darwin's maize: crossed minus self-fertilised height in eighths of an inch; Fisher, The Design of Experiments, § 21.
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]


def enumerated_p(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """Return twice the smaller tail over all relabellings, in exact arithmetic."""
    pool = [*a, *b]
    total = sum(pool)
    observed, sums = sum(a), [sum(chosen) for chosen in combinations(pool, len(a))]
    assert total == observed + sum(b)
    tail = min(sum(s >= observed for s in sums), sum(s <= observed for s in sums))
    return min(Fraction(1), Fraction(2 * tail, len(sums)))


def enumerated_paired_p(differences: Sequence[int]) -> Fraction:
    sums = [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    observed = sum(differences)
    tail = min(sum(s >= observed for s in sums), sum(s <= observed for s in sums))
    return min(Fraction(1), Fraction(2 * tail, len(sums)))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([0.5], Description(1, 0.5, None, 0.5, 0.5), id="one value has no sd"),
        pytest.param([1, 2, 3, 4], Description(4, 2.5, math.sqrt(5 / 3), 1.0, 4.0), id="n - 1"),
        pytest.param([0.1] * 3, Description(3, 0.1, 0.0, 0.1, 0.1), id="sd of equal values is exactly zero"),
    ],
)
def test_description_has_n_mean_sd_and_range(values: list[float], expected: Description) -> None:
    assert describe(values) == expected


@pytest.mark.parametrize("values", [[], [0.9, math.nan], [math.inf]], ids=["empty", "nan", "inf"])
def test_samples_must_be_finite(values: list[float]) -> None:
    with pytest.raises(UnusableSample, match="finite"):
        describe(values)
    with pytest.raises(UnusableSample, match="finite"):
        permutation_test(values, [1.0])


@pytest.mark.parametrize("precision", [np.float64, np.float32], ids=["double", "single"])
@pytest.mark.parametrize(("n_a", "n_b"), [(2, 4), (3, 3), (4, 4)])
def test_p_equals_enumeration_in_fractions(precision: type[np.float64] | type[np.float32], n_a: int, n_b: int) -> None:
    """Accuracies k/360 are often tied. Rounding to double or single precision must not break a tie."""
    for hits in np.random.default_rng(7).integers(330, 345, (50, n_a + n_b)).tolist():
        runs = [float(precision(k) / precision(360)) for k in hits]
        exact = [Fraction(k, 360) for k in hits]
        expected = float(enumerated_p(exact[:n_a], exact[n_a:]))
        assert permutation_test(runs[:n_a], runs[n_a:]).p == pytest.approx(expected, rel=1e-12), hits


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=7))
def test_paired_p_equals_enumeration_in_fractions(differences: list[int]) -> None:
    control = [0.9 + 0.001 * i for i in range(len(differences))]
    treatment = [c + d / 360 for c, d in zip(control, differences, strict=True)]
    test = permutation_test(treatment, control, paired=True)
    assert test.p == pytest.approx(float(enumerated_paired_p(differences)), rel=1e-12)


def test_p_is_one_if_means_are_equal_within_rounding() -> None:
    """The means differ by 3e-17. A tolerance relative to this difference would give p = 0.857."""
    assert permutation_test([0.1, 0.2, 0.3, 0.7], [0.3, 0.2, 0.1, 0.7]).p == 1.0


def test_paired_p_of_darwins_maize_equals_fishers() -> None:
    """Fisher counts 863 of 32768 sign patterns with a sum of at least the observed 314."""
    assert sum(MAIZE) == 314
    test = permutation_test(MAIZE, [0] * 15, paired=True)
    assert test.p == 2 * 863 / 2**15
    assert test.method == "exact two-sided paired permutation test on the difference of means"


@pytest.mark.parametrize(("n_a", "n_b"), [(2, 2), (2, 3), (3, 3), (2, 5), (4, 3), (4, 4)])
def test_smallest_p_is_attained_and_is_a_bound(n_a: int, n_b: int) -> None:
    """With powers of two all relabellings give different means, so the smallest p depends only on the sizes."""
    pool = [2.0**k for k in range(n_a + n_b)]
    ps = []
    for chosen in combinations(range(n_a + n_b), n_a):
        rest = [pool[i] for i in range(n_a + n_b) if i not in chosen]
        ps.append(permutation_test([pool[i] for i in chosen], rest).p)
    assert len(ps) == math.comb(n_a + n_b, n_a)
    assert min(ps) == permutation_floor(n_a, n_b) == min(1.0, 2 / len(ps))


@pytest.mark.parametrize("n", range(2, 8))
def test_smallest_paired_p_is_attained(n: int) -> None:
    test = permutation_test([float(k + 1) for k in range(n)], [0.0] * n, paired=True)
    assert test.p == test.floor == permutation_floor(n, n, paired=True) == 2.0 ** (1 - n)


@pytest.mark.parametrize(("n", "floor"), [(3, 0.1), (4, 0.029), (5, 0.0079), (6, 0.0022)])
def test_smallest_p_of_common_sample_sizes(n: int, floor: float) -> None:
    assert permutation_floor(n, n) == pytest.approx(floor, rel=0.02)


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.2])
def test_error_rate_over_all_relabellings_is_at_most_alpha(alpha: float) -> None:
    """The error rate is exact, because under the null hypothesis all relabellings of the runs are equally likely."""
    pool = [0.8 + math.sin(7 * k) / 50 for k in range(9)]
    ps = []
    for chosen in combinations(range(9), 4):
        ps.append(permutation_test([pool[i] for i in chosen], [pool[i] for i in range(9) if i not in chosen]).p)
    assert sum(at_most(p, alpha) for p in ps) / len(ps) <= alpha


def test_large_samples_are_resampled_and_the_method_states_it() -> None:
    rng = np.random.default_rng(5)
    a, b = ([int(k) for k in rng.integers(low, low + 30, 12)] for low in (0, 8))
    test = permutation_test(a, b)
    expected = _exact_integer_p(a, b)
    standard_error = math.sqrt(expected * (1 - expected) / RESAMPLES)
    assert test.p == pytest.approx(expected, abs=8 * standard_error)  # 4, doubled because p is twice a tail
    assert test.method.startswith("Monte Carlo (199999 resamples, fixed seed, +1 correction)")
    assert test == permutation_test(a[::-1], b)


def test_resampled_p_is_positive() -> None:
    test = permutation_test([float(k) for k in range(12)], [100.0 + k for k in range(12)])
    assert test.floor == 2 / (RESAMPLES + 1) <= test.p < 1e-4


def _exact_integer_p(a: list[int], b: list[int]) -> float:
    """Return the exact p of integer samples, by counting subsets of each size and sum."""
    subset_counts: dict[tuple[int, int], int] = {(0, 0): 1}
    for value in [*a, *b]:
        with_value = {(n + 1, s + value): count for (n, s), count in subset_counts.items()}
        keys = subset_counts.keys() | with_value.keys()
        subset_counts = {key: subset_counts.get(key, 0) + with_value.get(key, 0) for key in keys}
    sums = {s: count for (n, s), count in subset_counts.items() if n == len(a)}
    low = sum(count for s, count in sums.items() if s <= sum(a))
    high = sum(count for s, count in sums.items() if s >= sum(a))
    return min(1.0, 2 * min(low, high) / math.comb(len(a) + len(b), len(a)))


@pytest.mark.parametrize(
    ("alpha", "family", "paired", "n"),
    [
        (0.05, 1, False, 4),
        (0.05, 2, False, 5),
        (0.05, 6, False, 5),
        (0.05, 7, False, 6),
        (0.1, 1, False, 3),
        (0.05, 1, True, 6),
        (0.05, 2, True, 7),
        pytest.param(1e-6, 1, False, None, id="alpha below the smallest p of resampling"),
    ],
)
def test_smallest_n_is_the_first_whose_attainable_p_reaches_alpha(
    alpha: float, family: int, paired: bool, n: int | None
) -> None:
    assert smallest_n(alpha, family, paired=paired) == n
    if n is not None:
        assert not at_most(family * permutation_floor(n - 1, n - 1, paired=paired), alpha)


samples = st.lists(st.floats(-1, 1).map(lambda x: round(x, 3)), min_size=2, max_size=4)


@settings(deadline=None, max_examples=50)
@given(samples, samples, st.floats(-3, 3))
def test_permutation_test_is_invariant_to_order_and_shift(a: list[float], b: list[float], shift: float) -> None:
    forward, reversed_order = permutation_test(a, b), permutation_test(b, a)
    assert (forward.p, forward.difference) == (reversed_order.p, -reversed_order.difference)
    assert forward.floor <= forward.p <= 1
    assert permutation_test([x + shift for x in a], [x + shift for x in b]).p == forward.p


def interval(a: Sequence[float], b: Sequence[float], *, paired: bool = False) -> Interval:
    """Return the 95% confidence interval of mean(a) - mean(b)."""
    return measure_effect([Stratum(tuple(a), tuple(b))], paired=paired).welch.interval(0.95)


@pytest.mark.parametrize(
    ("paired", "low", "high"),
    [(False, -3.3654832, 0.2054832), (True, -2.4598858, -0.7001142)],
    ids=["Welch, 17.776 degrees of freedom", "paired, 9 degrees of freedom"],
)
def test_intervals_of_the_sleep_data_equal_those_of_r(paired: bool, low: float, high: float) -> None:
    limits = interval(SLEEP_1, SLEEP_2, paired=paired)
    assert [limits.low, limits.high] == pytest.approx([low, high], abs=1e-7)


@pytest.mark.parametrize(
    ("a", "b", "paired", "message"),
    [
        ([0.9, 0.9], [0.8, 0.8, 0.8], False, "no sample varies"),
        ([0.9], [0.8, 0.7], False, "two values"),
        ([0.9, 0.8], [0.8, 0.7], True, "no sample varies"),
    ],
    ids=["no variance in either", "one value", "constant paired differences"],
)
def test_interval_needs_variance(a: list[float], b: list[float], paired: bool, message: str) -> None:
    with pytest.raises(UnusableSample, match=message):
        interval(a, b, paired=paired)


def test_interval_exists_if_one_sample_varies() -> None:
    """With one constant sample, Welch's interval is Student's one-sample interval of the other sample.

    The quantile t(0.975, 2) is 4.302653.
    """
    assert interval([1.0, 2.0, 3.0], [0.5, 0.5, 0.5]).high == pytest.approx(1.5 + 4.302653 / math.sqrt(3), abs=1e-6)


def test_hedges_g_equals_a_textbook_example() -> None:
    """Borenstein et al., Introduction to Meta-Analysis (2009), chapter 4: means 103 and 100, sd 5.5 and 4.5, n = 50."""
    assert hedges_g(_sample(103, 5.5), _sample(100, 4.5)) == pytest.approx(0.5924, abs=1e-4)


def _sample(mean: float, sd: float) -> list[float]:
    raw = np.arange(50.0)
    return list(mean + sd * (raw - raw.mean()) / raw.std(ddof=1))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param([0, 2], [4, 6], -4 / math.sqrt(2) / math.sqrt(math.pi), id="bias correction J(2) = 1/sqrt(pi)"),
        pytest.param([0.9, 0.9], [0.8, 0.8], None, id="pooled sd of zero"),
        pytest.param([0.9], [0.8, 0.7], None, id="one value"),
    ],
)
def test_hedges_g_equals_a_calculation_by_hand(a: list[float], b: list[float], expected: float | None) -> None:
    assert hedges_g(a, b) == (expected if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([2, 3], [0, 1], 1.0),
        ([0, 1], [2, 3], 0.0),
        ([1, 2], [1, 2], 0.5),
        ([1, 2, 3], [2], 0.5),
        ([2, 3], [1, 2], 3.5 / 4),
        ([0.1 + 0.2], [0.3], 0.5),
    ],
    ids=["always", "never", "equal", "symmetric", "one tie in four", "a tie within rounding"],
)
def test_probability_greater_is_the_share_of_pairs_with_ties_as_half(
    a: list[float], b: list[float], expected: float
) -> None:
    assert probability_greater(a, b) == expected


def test_permutation_test_needs_two_values_in_each_sample() -> None:
    with pytest.raises(UnusableSample, match="5 and 1"):
        permutation_test([1, 2, 3, 4, 5], [6])
    assert permutation_floor(5, 1) == 2 / 6


def test_paired_test_needs_samples_of_equal_size() -> None:
    with pytest.raises(UnusableSample, match="3 and 2"):
        permutation_test([1, 2, 3], [1, 2], paired=True)
