"""Equivalence and non-inferiority tests, compared with intervals of R and with shifted one-sided tests of scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.statistics import UnusableSample, describe, equivalence_test, noninferiority, noninferiority_to_summary

# Student, Biometrika 6 (1908) 1: extra sleep in hours; R prints t.test(extra ~ group): -3.3654832 to 0.2054832.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
NEW = [0.901, 0.912, 0.897, 0.905, 0.908]
OLD = [0.903, 0.915, 0.899, 0.911]

samples = st.lists(st.integers(-50, 50).map(lambda n: n / 16), min_size=2, max_size=8).filter(lambda s: len(set(s)) > 1)


def one_sided(a: Any, b: Any, alternative: str) -> float:
    """Return the p of scipy. If one sample is at least twice as large, the smaller one gives the degrees of freedom."""
    test = stats.ttest_ind(a, b, equal_var=False, alternative=alternative)
    if max(len(a), len(b)) < 2 * min(len(a), len(b)):
        return float(test.pvalue)
    return float(stats.t.cdf(test.statistic * (-1 if alternative == "greater" else 1), min(len(a), len(b)) - 1))


def test_equivalence_limits_equal_those_of_r() -> None:
    test = equivalence_test(SLEEP_1, SLEEP_2, margin=1.0, alpha=0.025)
    assert (test.low, test.high) == pytest.approx((-3.3654832, 0.2054832), abs=1e-7)
    assert not test.is_equivalent


@settings(deadline=None, max_examples=40)
@given(samples, samples, st.floats(0.125, 4))
def test_equivalence_p_is_the_larger_of_two_one_sided_tests(a: list[float], b: list[float], margin: float) -> None:
    test = equivalence_test(a, b, margin)
    above, below = one_sided(np.array(a) + margin, b, "greater"), one_sided(np.array(a) - margin, b, "less")
    assert test.p == pytest.approx(max(above, below), abs=1e-9)
    if abs(test.p - 0.05) > 1e-9:
        assert test.is_equivalent == (-margin < test.low and test.high < margin)


@settings(deadline=None, max_examples=40)
@given(samples, samples, st.floats(0, 4))
def test_noninferiority_p_is_that_of_a_shifted_test(new: list[float], old: list[float], margin: float) -> None:
    maximized, minimized = noninferiority(new, old, margin, "maximize"), noninferiority(new, old, margin, "minimize")
    assert maximized.p == pytest.approx(one_sided(np.array(new) + margin, old, "greater"), abs=1e-9)
    assert minimized.p == pytest.approx(one_sided(np.array(new) - margin, old, "less"), abs=1e-9)
    assert maximized.difference == minimized.difference == pytest.approx(np.mean(new) - np.mean(old))
    if abs(maximized.p - 0.05) > 1e-9:
        assert maximized.is_noninferior == (maximized.bound > -margin)


@pytest.mark.parametrize(
    ("shift", "is_noninferior", "is_inferior"),
    [(0.0, True, False), (-0.02, False, False), (-0.1, False, True), (0.1, True, False)],
    ids=["no difference", "at the margin", "far below", "far above"],
)
def test_noninferiority_decides_by_the_margin(shift: float, is_noninferior: bool, is_inferior: bool) -> None:
    test = noninferiority([value + shift for value in NEW], OLD, 0.02, "maximize")
    assert (test.is_noninferior, test.is_inferior) == (is_noninferior, is_inferior)


def test_summary_of_a_sample_gives_the_same_test() -> None:
    recorded = describe(OLD)
    assert recorded.sd is not None
    test = noninferiority_to_summary(NEW, recorded.mean, recorded.sd, recorded.n, 0.01, "maximize")
    from_values = noninferiority(NEW, OLD, 0.01, "maximize")
    assert (test.p, test.bound) == pytest.approx((from_values.p, from_values.bound))
    assert test.is_noninferior == from_values.is_noninferior


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: equivalence_test(NEW, OLD, 0.0), "margin"),
        (lambda: equivalence_test(NEW, OLD, float("inf")), "margin"),
        (lambda: noninferiority(NEW, OLD, -0.1, "maximize"), "margin"),
        (lambda: noninferiority(NEW, OLD, float("inf"), "maximize"), "margin"),
        (lambda: noninferiority([0.9], OLD, 0.1, "maximize"), "two values"),
        (lambda: noninferiority([0.9, 0.9], [0.8, 0.8], 0.1, "maximize"), "seeds may not be in effect"),
        (lambda: noninferiority_to_summary(NEW, 0.9, 0.01, 1, 0.1, "maximize"), "two or more"),
        (lambda: noninferiority_to_summary(NEW, 0.9, float("nan"), 5, 0.1, "maximize"), "finite mean"),
    ],
    ids=[
        "zero margin",
        "infinite range",
        "negative margin",
        "infinite margin",
        "one run",
        "no variance",
        "one recorded run",
        "sd is nan",
    ],
)
def test_unusable_samples_and_margins_are_rejected(call: Any, message: str) -> None:
    with pytest.raises(UnusableSample, match=message):
        call()


def test_alpha_is_5_percent_by_default_and_a_margin_may_be_zero() -> None:
    assert equivalence_test(NEW, OLD, 0.01) == equivalence_test(NEW, OLD, 0.01, alpha=0.05)
    assert noninferiority(NEW, OLD, 0.0, "maximize") == noninferiority(NEW, OLD, 0.0, "maximize", alpha=0.05)


def test_a_p_that_equals_alpha_is_significant() -> None:
    equivalence, quality = equivalence_test(NEW, OLD, 0.01), noninferiority(NEW, OLD, 0.01, "maximize")
    assert equivalence_test(NEW, OLD, 0.01, alpha=equivalence.p).is_equivalent
    assert noninferiority(NEW, OLD, 0.01, "maximize", alpha=quality.p).is_noninferior
