"""Two thousand experiments in which nothing was to be found, and how often each method finds something.

A rate may exceed its nominal value by three standard errors of the simulation, no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.registered_test.decision import RegisteredTest, compare
from agents.statistics import (
    anova,
    bootstrap_interval,
    difference_interval,
    dunnett,
    equivalence_test,
    holm,
    noninferiority,
    permutation_test,
    prediction_interval,
)

EXPERIMENTS = 2000
ALPHA = 0.05


def allowed(rate: float, experiments: int = EXPERIMENTS) -> float:
    return 3 * math.sqrt(rate * (1 - rate) / experiments)


def normal(seed: int, *shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(EXPERIMENTS, *shape))


def exact_p(control: NDArray[np.float64], treatment: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of many experiments at once: all relabellings as one matrix."""
    pool = np.concatenate([treatment, control], axis=1)
    n, size = treatment.shape[1], pool.shape[1]
    chosen = np.zeros((math.comb(size, n), size))
    for row, members in enumerate(combinations(range(size), n)):
        chosen[row, list(members)] = 1
    sums, observed = pool @ chosen.T, treatment.sum(axis=1, keepdims=True)
    tail = np.minimum((sums >= observed - 1e-9).sum(axis=1), (sums <= observed + 1e-9).sum(axis=1))
    return np.minimum(1, 2 * tail / len(chosen))


@pytest.mark.parametrize(("n", "spread"), [(4, 1.0), (5, 1.0), (5, 4.0)], ids=["n = 4", "n = 5", "unequal variances"])
def test_the_permutation_test_keeps_alpha(n: int, spread: float) -> None:
    """Unequal variances are beyond what the test promises; with equal n it stays near."""
    control, treatment = normal(1, n), spread * normal(2, n)
    p = exact_p(control, treatment)
    for at in range(5):
        assert permutation_test(treatment[at], control[at]).p == pytest.approx(p[at])
    slack = 0.02 if spread != 1 else 0.0
    assert np.mean(p <= ALPHA) <= ALPHA + allowed(ALPHA) + slack


def test_a_family_keeps_alpha_as_a_whole() -> None:
    """Three treatments that do nothing: how often Holm lets any of them through."""
    control = normal(3, 5)
    ps = np.stack([exact_p(control, normal(seed, 5)) for seed in (4, 5, 6)], axis=1)
    adjusted = np.array([holm(list(row)) for row in ps])
    assert np.mean(adjusted.min(axis=1) <= ALPHA) <= ALPHA + allowed(ALPHA)


@pytest.mark.slow  # two thousand registered tests, each whole
@pytest.mark.parametrize("minimum_effect", [0.0, 1.0], ids=["any effect", "one sd"])
def test_a_registered_verdict_is_wrong_at_most_as_often_as_alpha(minimum_effect: float) -> None:
    """`supported` where there is nothing, and `refuted` where the effect is exactly the registered minimum."""
    test = RegisteredTest("accuracy", "maximize", "lr", "0.1", alpha=ALPHA, minimum_effect=minimum_effect)
    found = [
        compare(test, {"0.1": dict(enumerate_units(ours)), "0.2": dict(enumerate_units(theirs))}).verdict
        for ours, theirs in zip(normal(7, 4), normal(8, 4) + minimum_effect, strict=True)
    ]
    wrong = "supported" if not minimum_effect else "refuted"
    assert np.mean([one == wrong for one in found]) <= ALPHA / 2 + allowed(ALPHA / 2)
    assert "untestable" not in found


def enumerate_units(values: NDArray[np.float64]) -> Iterator[tuple[str, float]]:
    return ((f"seed={at}", float(value)) for at, value in enumerate(values))


@pytest.mark.parametrize("spread", [1.0, 3.0], ids=["equal variances", "unequal variances"])
def test_welch_intervals_cover(spread: float) -> None:
    found = [difference_interval(a, b, level=0.95) for a, b in zip(normal(9, 5), spread * normal(10, 5), strict=True)]
    assert np.mean([one is not None and one.low <= 0 <= one.high for one in found]) >= 0.95 - allowed(0.95)


@pytest.mark.parametrize("n", [2, 5])
def test_prediction_intervals_cover_the_next_run(n: int) -> None:
    runs = normal(11, n + 1)
    found = [prediction_interval(list(run[:n])) for run in runs]
    covered = np.mean([one.low <= run[n] <= one.high for one, run in zip(found, runs, strict=True)])
    assert abs(covered - 0.95) <= allowed(0.95)


def test_noninferiority_keeps_alpha_at_the_margin() -> None:
    found = [
        noninferiority(new, old, 1.0, "maximize") for new, old in zip(normal(12, 5) - 1, normal(13, 5), strict=True)
    ]
    assert np.mean([one.holds for one in found]) <= ALPHA + allowed(ALPHA)
    assert np.mean([one.is_inferior for one in found]) <= ALPHA + allowed(ALPHA)


def test_equivalence_keeps_alpha_at_the_margin() -> None:
    found = [equivalence_test(a, b, 2.0) for a, b in zip(normal(14, 8) + 2, normal(15, 8), strict=True)]
    assert np.mean([one.is_equivalent for one in found]) <= ALPHA + allowed(ALPHA)


def test_anova_keeps_alpha() -> None:
    cells = [(a, b) for a in "ab" for b in "xyz"]
    found = [anova(dict(zip(cells, grid, strict=True)), ["lr", "width"]) for grid in normal(16, 6, 3)[:1000]]
    for term in range(3):
        rate = np.mean([effects[term].p <= ALPHA for effects in found])
        assert abs(rate - ALPHA) <= allowed(ALPHA, 1000)


def test_dunnett_keeps_alpha_for_all_treatments_together() -> None:
    """The critical value behind the limits of one experiment is that of all experiments of this shape."""
    control, arms = normal(17, 4), normal(18, 2, 4)
    pooled = np.sqrt((control.var(axis=1, ddof=1) + arms.var(axis=2, ddof=1).sum(axis=1)) / 3)
    differences = np.abs(arms.mean(axis=2) - control.mean(axis=1, keepdims=True)) / (pooled[:, None] * math.sqrt(2 / 4))
    one = dunnett(control[0], list(arms[0]), level=1 - ALPHA)[0]
    critical = (one.high - one.difference) / (pooled[0] * math.sqrt(2 / 4))
    assert abs(np.mean(differences.max(axis=1) > critical) - ALPHA) <= allowed(ALPHA)


@pytest.mark.slow  # ten thousand resamples each
@pytest.mark.parametrize(("n", "covers"), [(10, 0.90), (20, 0.93)])
def test_bootstrap_intervals_cover_less_than_they_promise(n: int, covers: float) -> None:
    """What docs/facts.md says of them."""
    found = [bootstrap_interval(list(run)) for run in normal(19, n)]
    covered = np.mean([one is not None and one.low <= 0 <= one.high for one in found])
    assert covered == pytest.approx(covers, abs=0.02)
