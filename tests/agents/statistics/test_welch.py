"""Welch's test from summaries, compared with scipy, and the samples that have fewer degrees of freedom."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from agents.statistics.sample import UnusableSample
from agents.statistics.welch import Summary, Welch, linear_contrast, summary, welch

A, B, C, D = Summary(3.0, 2.0, 5), Summary(1.0, 0.5, 5), Summary(7.0, 1.5, 5), Summary(2.0, 1.0, 5)


@pytest.mark.parametrize(
    ("mean", "sd", "n"),
    [(0.9, 0.1, 1), (0.9, -0.1, 5), (0.9, math.nan, 5), (math.inf, 0.1, 5), (math.nan, 0.1, 5)],
    ids=["one value", "negative sd", "sd is nan", "infinite mean", "mean is nan"],
)
def test_unusable_summaries_are_refused(mean: float, sd: float, n: int) -> None:
    with pytest.raises(UnusableSample, match="finite mean"):
        Summary(mean, sd, n)


def test_smallest_summary_has_two_values_and_no_sd() -> None:
    assert Summary(0.9, 0.0, 2) == summary([0.9, 0.9])


def test_summary_needs_two_values() -> None:
    with pytest.raises(UnusableSample, match="two values in each sample, got 1"):
        summary([0.9])


@pytest.mark.parametrize(
    ("values", "others", "sd"),
    [
        pytest.param([1, 3], [], math.sqrt(2), id="varies"),
        pytest.param([1e-8, 3e-8], [], math.sqrt(2) * 1e-8, id="small values vary"),
        pytest.param([1e-8, 3e-8], [1.0], 0.0, id="rounding error of the values that they were computed from"),
    ],
)
def test_sd_is_zero_for_rounding_errors_only(values: list[float], others: list[float], sd: float) -> None:
    assert summary(values, others or [0.0]).sd == pytest.approx(sd)


@pytest.mark.parametrize("n_b", [4, 9], ids=["5 and 4", "5 and 9"])
def test_welch_equals_scipy(n_b: int) -> None:
    result, b = welch(A, Summary(1.0, 0.5, n_b)), (1.0, 0.5, n_b)
    for alternative, p in {"greater": result.p_above(0.0), "less": result.p_below(0.0)}.items():
        expected = stats.ttest_ind_from_stats(3.0, 2.0, 5, *b, equal_var=False, alternative=alternative)
        assert p == pytest.approx(expected.pvalue)
    assert result.difference == 2.0
    assert result.error == pytest.approx(math.sqrt(4 / 5 + 0.25 / n_b))


def test_p_is_that_of_the_distance_from_the_bound() -> None:
    result = Welch(2.0, 0.5, 4.0)
    assert result.p_above(1.0) == pytest.approx(float(stats.t.sf(2.0, 4)))
    assert result.p_below(3.0) == pytest.approx(float(stats.t.sf(2.0, 4)))
    assert result.p_above(3.0) == pytest.approx(float(stats.t.cdf(2.0, 4)))


def test_interval_has_the_two_sided_quantile_of_t() -> None:
    result = Welch(2.0, 0.5, 4.0)
    interval = result.interval(0.95)
    assert result.half_width(0.975) == pytest.approx(2.776445 * 0.5)
    assert (interval.low, interval.high) == pytest.approx((2 - 2.776445 * 0.5, 2 + 2.776445 * 0.5))
    assert interval.level == 0.95


def satterthwaite(*terms: tuple[float, Summary]) -> float:
    errors = np.array([(weight * sample.sd) ** 2 / sample.n for weight, sample in terms])
    sizes = np.array([sample.n for _, sample in terms])
    return float(errors.sum() ** 2 / (errors**2 / (sizes - 1)).sum())


def test_contrast_is_a_weighted_sum_of_differences() -> None:
    result = linear_contrast([(0.25, A, B), (-0.75, C, D)])
    assert result.difference == pytest.approx(0.25 * 2 - 0.75 * 5)
    assert result.error == pytest.approx(math.sqrt((0.25**2 * (4 + 0.25) + 0.75**2 * (2.25 + 1)) / 5))
    assert result.degrees == pytest.approx(satterthwaite((0.25, A), (0.25, B), (0.75, C), (0.75, D)))


def test_a_term_of_pairs_is_a_mean_of_differences() -> None:
    result = linear_contrast([(1.0, A, None)])
    assert (result.difference, result.degrees) == (3.0, pytest.approx(4))
    assert result.error == pytest.approx(2 / math.sqrt(5))


@pytest.mark.parametrize(
    ("sizes", "degrees"),
    [((3, 5), None), ((3, 6), 2), ((6, 3), 2), ((2, 10), 1), ((5, 5), None), ((9, 5), None)],
    ids=["3 and 5", "3 and 6", "6 and 3", "2 and 10", "5 and 5", "9 and 5"],
)
def test_a_sample_twice_as_large_leaves_the_degrees_of_the_smaller(sizes: tuple[int, int], degrees: int | None) -> None:
    a, b = Summary(3.0, 2.0, sizes[0]), Summary(1.0, 0.5, sizes[1])
    assert welch(a, b).degrees == pytest.approx(degrees or satterthwaite((1, a), (1, b)))


def test_one_lopsided_term_is_sufficient() -> None:
    lopsided = Summary(1.0, 0.5, 10)
    assert linear_contrast([(0.5, A, B), (0.5, C, lopsided)]).degrees == 4


def test_the_samples_of_different_terms_may_differ_in_size() -> None:
    larger = [Summary(sample.mean, sample.sd, 20) for sample in (C, D)]
    result = linear_contrast([(0.5, A, B), (0.5, *larger)])
    assert result.degrees == pytest.approx(satterthwaite((0.5, A), (0.5, B), *((0.5, sample) for sample in larger)))


@pytest.mark.parametrize(
    ("sizes", "degrees"),
    [((5, 5), None), ((4, 4), 3), ((5, 6), 4), ((2, 2), 1)],
    ids=["five values", "four values", "different sizes", "two values"],
)
def test_a_test_that_decides_alone_has_satterthwaites_degrees_for_equal_sizes_of_five(
    sizes: tuple[int, int], degrees: int | None
) -> None:
    a, b = Summary(3.0, 2.0, sizes[0]), Summary(1.0, 0.5, sizes[1])
    alone = linear_contrast([(1.0, a, b)], decides_alone=True)
    assert alone.degrees == pytest.approx(degrees or satterthwaite((1, a), (1, b)))
    assert linear_contrast([(1.0, a, b)]).degrees == pytest.approx(satterthwaite((1, a), (1, b)))


def test_some_sample_must_vary() -> None:
    constant = Summary(0.9, 0.0, 5)
    with pytest.raises(UnusableSample, match="no sample varies"):
        welch(constant, Summary(0.8, 0.0, 5))
    assert welch(A, constant).degrees == pytest.approx(4)
