"""Simulated error rates of each method, over many experiments whose true effect is known.

A rate may exceed its nominal value by at most three standard errors of the simulation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.registered_test.claims import RegisteredTest
from agents.registered_test.decision import compare
from agents.registered_test.observation import Observation
from agents.statistics import (
    Stratum,
    anova,
    equivalence_test,
    holm,
    measure_effect,
    noninferiority,
    permutation_test,
    prediction_interval,
)

EXPERIMENTS = 2000
ALPHA = 0.05


def tolerance(rate: float, experiments: int = EXPERIMENTS) -> float:
    return 3 * math.sqrt(rate * (1 - rate) / experiments)


def normal(seed: int, *shape: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(size=(EXPERIMENTS, *shape))


def exact_p(control: NDArray[np.float64], treatment: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the exact p of each experiment. The rows of the matrix `chosen` are all relabellings."""
    pool = np.concatenate([treatment, control], axis=1)
    n, size = treatment.shape[1], pool.shape[1]
    chosen = np.zeros((math.comb(size, n), size))
    for row, members in enumerate(combinations(range(size), n)):
        chosen[row, list(members)] = 1
    sums, observed = pool @ chosen.T, treatment.sum(axis=1, keepdims=True)
    tail = np.minimum((sums >= observed - 1e-9).sum(axis=1), (sums <= observed + 1e-9).sum(axis=1))
    return np.minimum(1, 2 * tail / len(chosen))


@pytest.mark.parametrize(("n", "sd"), [(4, 1.0), (5, 1.0), (5, 4.0)], ids=["n = 4", "n = 5", "unequal variances"])
def test_error_rate_of_the_permutation_test_is_at_most_alpha(n: int, sd: float) -> None:
    """The test assumes equal variances. If n is equal, its error rate is near alpha even with unequal variances."""
    control, treatment = normal(1, n), sd * normal(2, n)
    p = exact_p(control, treatment)
    for index in range(5):
        assert permutation_test(treatment[index], control[index]).p == pytest.approx(p[index])
    allowed_excess = 0.02 if sd != 1 else 0.0
    assert np.mean(p <= ALPHA) <= ALPHA + tolerance(ALPHA) + allowed_excess


def test_family_wise_error_rate_of_holm_is_at_most_alpha() -> None:
    """The family has three treatments without an effect."""
    control = normal(3, 5)
    ps = np.stack([exact_p(control, normal(seed, 5)) for seed in (4, 5, 6)], axis=1)
    adjusted = np.array([[step.p_adjusted for step in holm(list(row), ALPHA)] for row in ps])
    assert np.mean(adjusted.min(axis=1) <= ALPHA) <= ALPHA + tolerance(ALPHA)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("minimum_effect", [0.0, 1.0], ids=["any effect", "one sd"])
def test_a_registered_verdict_is_wrong_at_most_as_often_as_alpha(
    minimum_effect: float, repetitions: Callable[[int, int], int]
) -> None:
    """A verdict is wrong if it is `supported` without an effect, or `refuted` with exactly the minimum effect."""
    test = RegisteredTest("accuracy", "maximize", "lr", "0.1", alpha=ALPHA, minimum_effect=minimum_effect)
    experiments = repetitions(500, EXPERIMENTS)
    controls, treatments = normal(7, 4)[:experiments], normal(8, 4)[:experiments] + minimum_effect
    verdicts = [
        compare(test, [*observations("0.1", control), *observations("0.2", treatment)]).verdict
        for control, treatment in zip(controls, treatments, strict=True)
    ]
    wrong = "supported" if not minimum_effect else "refuted"
    assert np.mean([verdict == wrong for verdict in verdicts]) <= ALPHA / 2 + tolerance(ALPHA / 2, experiments)
    assert "untestable" not in verdicts


def observations(level: str, values: NDArray[np.float64]) -> Iterator[Observation]:
    for seed, value in enumerate(values):
        yield Observation(f"{level}-{seed}", level, "", f"seed={seed}", {"accuracy": float(value)})


@pytest.mark.parametrize("sd", [1.0, 3.0], ids=["equal variances", "unequal variances"])
def test_welch_intervals_cover_the_true_difference(sd: float) -> None:
    effects = [
        measure_effect([Stratum(tuple(a), tuple(b))]) for a, b in zip(normal(9, 5), sd * normal(10, 5), strict=True)
    ]
    intervals = [effect.welch.interval(0.95) for effect in effects]
    assert np.mean([interval.low <= 0 <= interval.high for interval in intervals]) >= 0.95 - tolerance(0.95)


@pytest.mark.parametrize("n", [2, 5])
def test_prediction_intervals_cover_a_further_run(n: int) -> None:
    runs = normal(11, n + 1)
    intervals = [prediction_interval(list(run[:n])) for run in runs]
    covered = np.mean([interval.low <= run[n] <= interval.high for interval, run in zip(intervals, runs, strict=True)])
    assert abs(covered - 0.95) <= tolerance(0.95)


def test_error_rate_of_noninferiority_at_the_margin_is_at_most_alpha() -> None:
    results = [
        noninferiority(new, old, 1.0, "maximize") for new, old in zip(normal(12, 5) - 1, normal(13, 5), strict=True)
    ]
    assert np.mean([result.is_noninferior for result in results]) <= ALPHA + tolerance(ALPHA)
    assert np.mean([result.is_inferior for result in results]) <= ALPHA + tolerance(ALPHA)


def test_error_rate_of_equivalence_at_the_margin_is_at_most_alpha() -> None:
    results = [equivalence_test(a, b, 2.0) for a, b in zip(normal(14, 8) + 2, normal(15, 8), strict=True)]
    assert np.mean([result.is_equivalent for result in results]) <= ALPHA + tolerance(ALPHA)


@pytest.mark.soak
def test_error_rate_of_anova_is_alpha(repetitions: Callable[[int, int], int]) -> None:
    experiments = repetitions(200, 1000)
    cells = [(a, b) for a in "ab" for b in "xyz"]
    grids = normal(16, 6, 3)[:experiments]
    tables = [anova(dict(zip(cells, grid, strict=True)), ["lr", "width"]) for grid in grids]
    for term in range(3):
        rate = np.mean([effects[term].p <= ALPHA for effects in tables])
        assert abs(rate - ALPHA) <= tolerance(ALPHA, experiments)
