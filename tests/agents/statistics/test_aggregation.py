"""Aggregates over tasks, compared with definitions written out by hand and with a bootstrap in plain numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from agents.statistics import (
    Interval,
    UnusableSample,
    improvement_probability,
    interquartile_mean,
    iqm_difference,
    performance_profile,
    probability_interval,
)

Tasks = list[list[float]]


def normal_tasks(seed: int, runs: int, *means: float) -> Tasks:
    rng = np.random.default_rng(seed)
    return [list(rng.normal(mean, 1.0, runs)) for mean in means]


def joined(tasks: Tasks) -> list[float]:
    return [value for task in tasks for value in task]


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ([[1.0, 2.0, 3.0, 4.0]], 2.5),
        ([[1.0, 100.0], [2.0, 3.0]], 2.5),
        ([[0.0, 0.0, 5.0, 9.0], [6.0, 7.0, 8.0, 1e9]], 6.5),
        ([[4.0]], 4.0),
    ],
    ids=["one task", "an outlier", "two tasks", "one run"],
)
def test_interquartile_mean_is_the_mean_of_the_middle_half_of_all_runs(tasks: Tasks, expected: float) -> None:
    assert interquartile_mean(tasks) == expected


def middle_half(values: list[float]) -> float:
    cut = len(values) // 4
    kept = sorted(values)[cut : len(values) - cut]
    return sum(kept) / len(kept)


def test_iqm_interval_equals_a_bootstrap_within_tasks_by_hand() -> None:
    treatment, control = normal_tasks(1, 12, 1.0, 4.0), normal_tasks(2, 12, 0.0, 3.0)
    estimate = iqm_difference(treatment, control)
    assert estimate is not None
    assert estimate.difference == pytest.approx(middle_half(joined(treatment)) - middle_half(joined(control)))
    rng = np.random.default_rng(7)
    differences = []
    for _ in range(3000):
        first = [value for task in treatment for value in rng.choice(task, len(task))]
        second = [value for task in control for value in rng.choice(task, len(task))]
        differences.append(middle_half(first) - middle_half(second))
    share = stats.norm.cdf(-((12 / 11) ** 0.5) * stats.t.ppf(0.95, 44))
    interval = estimate.interval(0.9)
    assert share < 0.05
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(differences, [share, 1 - share])), abs=0.07)


def test_pooling_tasks_would_give_a_wider_interval() -> None:
    """Tasks differ far more than runs. Without strata, the interval would cover the choice of tasks."""
    treatment, control = normal_tasks(1, 10, 0.0, 100.0), normal_tasks(2, 10, 0.0, 100.0)
    stratified = interval_of(treatment, control)
    pooled = interval_of([joined(treatment)], [joined(control)])
    assert stratified.high - stratified.low < 0.2 * (pooled.high - pooled.low)


def interval_of(treatment: Tasks, control: Tasks, level: float = 0.95) -> Interval:
    resampled = iqm_difference(treatment, control)
    assert resampled is not None
    return resampled.interval(level)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_p_against_a_limit_of_the_interval_is_its_error_probability(level: float) -> None:
    resampled = iqm_difference(normal_tasks(1, 10, 1.0, 0.0), normal_tasks(2, 10, 0.0, 0.0))
    assert resampled is not None
    interval = resampled.interval(level)
    assert resampled.p_above(interval.low) == pytest.approx((1 - level) / 2, rel=0.05)
    assert resampled.p_below(interval.high) == pytest.approx((1 - level) / 2, rel=0.05)
    assert resampled.p_above(resampled.difference - 100) < 1e-3
    assert resampled.p_above(resampled.difference + 100) == 1


def test_probability_of_improvement_is_the_mean_over_tasks() -> None:
    treatment, control = [[3.0, 3.0], [1.0, 2.0]], [[1.0, 2.0], [1.0, 2.0]]
    assert improvement_probability(treatment, control) == pytest.approx((1.0 + (0.5 + 0 + 1 + 0.5) / 4) / 2)


def test_interval_of_the_probability_equals_a_bootstrap_by_hand() -> None:
    treatment, control = normal_tasks(3, 11, 0.5, 0.0), normal_tasks(4, 11, 0.0, 0.0)
    interval = probability_interval(treatment, control, level=0.95)
    rng = np.random.default_rng(5)
    values = []
    for _ in range(3000):
        pairs = [(rng.choice(a, len(a)), rng.choice(b, len(b))) for a, b in zip(treatment, control, strict=True)]
        shares = [np.mean([(x > y) + (x == y) / 2 for x in a for y in b]) for a, b in pairs]
        values.append(np.mean(shares))
    assert interval is not None
    share = stats.norm.cdf(-((11 / 10) ** 0.5) * stats.t.ppf(0.975, 40))
    assert (interval.low, interval.high) == pytest.approx(tuple(np.quantile(values, [share, 1 - share])), abs=0.02)


def test_profile_is_the_share_of_runs_above_each_threshold() -> None:
    profile = performance_profile([[1.0, 2.0], [2.0, 3.0]], [0.0, 1.0, 2.0, 3.0])
    assert profile.shares == (1.0, 0.75, 0.25, 0.0)
    assert profile.low is None


def test_band_of_a_profile_is_the_binomial_interval_for_one_task() -> None:
    """With one task, the resampled share at a threshold is binomial, so its quantiles are known."""
    values = [float(value) for value in range(20)]
    profile = performance_profile([values], [9.5], level=0.9)
    assert profile.low is not None
    assert profile.high is not None
    limits = stats.binom.ppf([0.05, 0.95], 20, 0.5) / 20
    assert (profile.low[0], profile.high[0]) == pytest.approx(tuple(limits))


@pytest.mark.parametrize(("runs", "is_estimated"), [(9, False), (10, True)])
def test_intervals_need_ten_runs_in_every_task(runs: int, is_estimated: bool) -> None:
    tasks, other = normal_tasks(1, 12, 0.0, 0.0), [*normal_tasks(2, 12, 0.0), *normal_tasks(3, runs, 0.0)]
    assert (iqm_difference(tasks, other) is not None) == is_estimated
    assert (probability_interval(other, tasks, level=0.95) is not None) == is_estimated
    assert (performance_profile(other, [0.0]).low is not None) == is_estimated


def test_results_do_not_depend_on_the_order_of_the_runs() -> None:
    tasks, control = normal_tasks(1, 10, 0.0, 1.0), normal_tasks(2, 10, 0.0, 1.0)
    turned = [task[::-1] for task in tasks]
    assert interval_of(tasks, control) == interval_of(turned, control)
    assert probability_interval(tasks, control, level=0.9) == probability_interval(turned, control, level=0.9)
    assert performance_profile(tasks, [0.5]) == performance_profile(turned, [0.5])


@pytest.mark.parametrize("tasks", [[], [[]], [[1.0], [float("nan")]]], ids=["no task", "no run", "failed run"])
def test_unusable_tasks_are_refused(tasks: Tasks) -> None:
    for function in (interquartile_mean, lambda tasks: performance_profile(tasks, [0.0])):
        with pytest.raises(UnusableSample):
            function(tasks)
    with pytest.raises(UnusableSample):
        iqm_difference(tasks, tasks)


def test_arms_need_the_same_tasks() -> None:
    with pytest.raises(UnusableSample, match="same tasks, got 1 and 2"):
        iqm_difference([[1.0]], [[1.0], [2.0]])


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("means", [(0.0,), (0.0, 1.0, 2.0)], ids=["one task", "three tasks"])
def test_iqm_interval_of_ten_runs_covers_the_true_difference(
    means: tuple[float, ...], repetitions: Callable[[int, int], int]
) -> None:
    experiments = repetitions(100, 2000)
    pairs = (
        (normal_tasks(2 * seed, 10, *means), normal_tasks(2 * seed + 1, 10, *means)) for seed in range(experiments)
    )
    intervals = [interval_of(first, second) for first, second in pairs]
    covered = np.mean([interval.low <= 0 <= interval.high for interval in intervals])
    assert covered >= 0.95 - 3 * (0.95 * 0.05 / experiments) ** 0.5
