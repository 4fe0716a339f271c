"""Boundaries of planned looks, compared with published tables, with simulated Brownian motion and with scipy."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents.statistics.alpha_spending import Spending, UnusableLooks, spent_alphas, spent_at

FIVE_LOOKS = (0.2, 0.4, 0.6, 0.8, 1.0)


def boundaries(alpha: float, fractions: Sequence[float], spending: Spending) -> list[float]:
    return [float(stats.norm.isf(level / 2)) for level in spent_alphas(alpha, fractions, spending)]


# Reboussin, DeMets, Kim & Lan, Controlled Clinical Trials 21 (2000) 190; Jennison & Turnbull (2000), Group Sequential
# Methods, tables of error spending tests.
@pytest.mark.parametrize(
    ("fractions", "spending", "published"),
    [
        pytest.param(FIVE_LOOKS, "obrien_fleming", [4.877, 3.357, 2.680, 2.290, 2.031], id="O'Brien-Fleming, 5 looks"),
        pytest.param(FIVE_LOOKS, "pocock", [2.438, 2.427, 2.410, 2.397, 2.386], id="Pocock, 5 looks"),
        pytest.param((0.5, 1.0), "obrien_fleming", [2.963, 1.969], id="O'Brien-Fleming, 2 looks"),
        pytest.param((0.5, 1.0), "pocock", [2.157, 2.201], id="Pocock, 2 looks"),
        pytest.param((1.0,), "obrien_fleming", [1.960], id="one look"),
    ],
)
def test_boundaries_equal_published_tables(
    fractions: Sequence[float], spending: Spending, published: list[float]
) -> None:
    assert boundaries(0.05, fractions, spending) == pytest.approx(published, abs=6e-4)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
def test_first_exits_have_the_probability_that_is_spent(spending: Spending) -> None:
    """The probability of no exit at the first two looks, by scipy's bivariate normal distribution."""
    fractions = (5 / 12, 8 / 12)
    first, second = boundaries(0.05, fractions, spending)
    correlation = math.sqrt(fractions[0] / fractions[1])
    joint = stats.multivariate_normal(cov=[[1, correlation], [correlation, 1]])
    inside = joint.cdf([first, second], lower_limit=[-first, -second])
    assert 1 - inside == pytest.approx(2 * spent_at(fractions[1], 0.025, spending), abs=1e-6)


@pytest.mark.parametrize("spending", ["obrien_fleming", "pocock"])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
@pytest.mark.parametrize("fractions", [(5 / 12, 8 / 12, 1.0), tuple(k / 10 for k in range(1, 11))], ids=["3", "10"])
def test_simulated_error_rate_of_all_looks_is_alpha(
    fractions: tuple[float, ...], alpha: float, spending: Spending
) -> None:
    experiments = 40_000
    steps = np.sqrt(np.diff([0.0, *fractions]))
    motion = np.cumsum(np.random.default_rng(7).normal(size=(experiments, len(fractions))) * steps, axis=1)
    limits = boundaries(alpha, fractions, spending)
    beyond = motion / np.sqrt(fractions) >= limits
    below = motion / np.sqrt(fractions) <= [-limit for limit in limits]
    tolerance = 3.5 * math.sqrt(alpha * (1 - alpha) / experiments)
    assert np.mean((beyond | below).any(axis=1)) == pytest.approx(alpha, abs=tolerance)
    assert np.mean(beyond.any(axis=1)) == pytest.approx(alpha / 2, abs=tolerance)


fractions_of_looks = st.lists(st.integers(2, 60), min_size=1, max_size=6, unique=True).map(
    lambda seeds: [n / max(seeds) for n in sorted(seeds)]
)


@settings(max_examples=40)
@given(fractions_of_looks, st.floats(0.001, 0.5), st.sampled_from(["obrien_fleming", "pocock"]))
def test_every_level_is_below_alpha_and_the_levels_together_reach_it(
    fractions: list[float], alpha: float, spending: Spending
) -> None:
    levels = spent_alphas(alpha, fractions, spending)
    assert all(0 <= level <= alpha * (1 + 1e-9) for level in levels)
    assert sum(levels) >= alpha * (1 - 1e-9)


def test_an_early_look_that_spends_nothing_cannot_reject() -> None:
    first, last = spent_alphas(0.05, (0.001, 1.0), "obrien_fleming")
    assert first == 0
    assert last == pytest.approx(0.05)


def test_alpha_is_not_spent_completely_before_the_last_planned_run() -> None:
    assert spent_alphas(0.05, (0.5,), "obrien_fleming")[0] == pytest.approx(2 * spent_at(0.5, 0.025, "obrien_fleming"))


@pytest.mark.parametrize(
    ("alpha", "fractions"),
    [
        pytest.param(0.05, (), id="no look"),
        pytest.param(0.05, (0.5, 0.5), id="two looks at the same runs"),
        pytest.param(0.05, (0.8, 0.5), id="decreasing"),
        pytest.param(0.05, (0.0, 1.0), id="a look at nothing"),
        pytest.param(0.05, (0.5, 1.2), id="more than all runs"),
        pytest.param(0.05, (0.5, math.nan), id="not a number"),
        pytest.param(0.0, (1.0,), id="no alpha"),
        pytest.param(1.0, (1.0,), id="alpha of one"),
        pytest.param(math.nan, (1.0,), id="alpha is not a number"),
    ],
)
def test_unusable_looks_are_refused(alpha: float, fractions: tuple[float, ...]) -> None:
    with pytest.raises(UnusableLooks):
        spent_alphas(alpha, fractions, "obrien_fleming")
