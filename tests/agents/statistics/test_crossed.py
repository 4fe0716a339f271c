"""Differences over seeds and items, compared with mean squares of an ANOVA and with simulated test sets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from agents.statistics import (
    CrossedScores,
    Stratum,
    UnusableSample,
    crossed_difference,
    measure_effect,
)
from tests.agents.statistics.crossed_interval import crossed_interval

Scores = NDArray[np.float64]


def bernoulli(
    rng: np.random.Generator, runs: int, difficulty: Scores, own_difficulty: float, seed_sd: float, noise: float
) -> Scores:
    """Return which items the runs of an arm answer correctly. Items and runs differ by normal logits."""
    items = len(difficulty)
    logits = 1.5 + difficulty + rng.normal(0, own_difficulty, items) + rng.normal(0, seed_sd, (runs, 1))
    logits = logits + rng.normal(0, noise, (runs, items))
    return (rng.random((runs, items)) < 1 / (1 + np.exp(-logits))).astype(float)


def both_arms(seed: int, seed_sd: float, own_difficulty: float, runs: int = 5, items: int = 360) -> CrossedScores:
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0, 2, items)
    treatment, control = (bernoulli(rng, runs, difficulty, own_difficulty, seed_sd, 0.5) for _ in range(2))
    return CrossedScores(treatment, control)


def mean_squares(table: Scores) -> dict[str, float]:
    """Return the mean squares of runs, items and residuals, computed by statsmodels."""
    rows = [{"run": r, "item": i, "score": table[r, i]} for r in range(table.shape[0]) for i in range(table.shape[1])]
    anova = anova_lm(ols("score ~ C(run) + C(item)", pd.DataFrame(rows)).fit())
    return dict(zip(("run", "item", "residual"), anova["sum_sq"] / anova["df"], strict=True))


def test_paired_errors_equal_the_mean_squares_of_an_anova() -> None:
    scores = both_arms(1, 1.0, 3.0, runs=4, items=20)
    squares = mean_squares(scores.treatment - scores.control)
    result = crossed_difference([scores], paired=True)
    parts = {name: value / 80 for name, value in squares.items()}
    assert result.seed_error**2 == pytest.approx(parts["run"])
    assert result.item_error**2 == pytest.approx(parts["item"])
    assert result.estimate.error**2 == pytest.approx(parts["run"] + parts["item"] - parts["residual"])
    squared = parts["run"] ** 2 / 3 + parts["item"] ** 2 / 19 + parts["residual"] ** 2 / 57
    assert result.estimate.degrees == pytest.approx(result.estimate.error**4 / squared)


def test_interval_of_independent_arms_equals_the_computation_by_hand() -> None:
    scores = both_arms(2, 1.0, 3.0, runs=3, items=30)
    runs, items, residuals = 0.0, 0.0, 0.0
    degrees = 0.0
    for table in (scores.treatment, scores.control):
        squares = mean_squares(table)
        runs, residuals = runs + squares["run"] / 90, residuals + squares["residual"] / 90
        degrees += (squares["run"] / 90) ** 2 / 2 + (squares["residual"] / 90) ** 2 / 58
    items = float(np.var(scores.treatment.mean(0) - scores.control.mean(0), ddof=1)) / 30
    variance = runs + items - residuals
    degrees = variance**2 / (degrees + items**2 / 29)
    difference = scores.treatment.mean() - scores.control.mean()
    interval = crossed_interval(scores.treatment, scores.control, level=0.9)
    assert interval is not None
    assert interval.high - difference == pytest.approx(stats.t.ppf(0.95, degrees) * variance**0.5)
    assert difference - interval.low == pytest.approx(stats.t.ppf(0.95, degrees) * variance**0.5)


def test_items_that_do_not_matter_give_the_interval_of_welch() -> None:
    values = np.array([[0.1], [0.5], [0.3]]), np.array([[0.7], [0.2], [0.2]])
    treatment, control = (np.repeat(arm, 50, axis=1) for arm in values)
    welch = measure_effect([Stratum(tuple(values[0][:, 0]), tuple(values[1][:, 0]))]).welch.interval(0.95)
    interval = crossed_interval(treatment, control)
    assert (interval.low, interval.high) == pytest.approx((welch.low, welch.high)) if interval else False


def test_error_is_never_below_that_of_either_source() -> None:
    for seed in range(20):
        result = crossed_difference([both_arms(seed, 0.3, 0.0, runs=2, items=10)])
        assert result.estimate.error >= max(result.seed_error, result.item_error)


def test_blocks_on_other_items_have_independent_item_errors() -> None:
    first, second = both_arms(3, 0.5, 1.0), both_arms(4, 0.5, 1.0, items=100)
    single = [crossed_difference([block]) for block in (first, second)]
    result = crossed_difference([first, replace(second, test_set="other")])
    assert result.estimate.difference == pytest.approx(np.mean([part.estimate.difference for part in single]))
    assert result.item_error**2 == pytest.approx(sum(part.item_error**2 for part in single) / 4)
    assert result.seed_error**2 == pytest.approx(sum(part.seed_error**2 for part in single) / 4)
    assert (result.items, single[0].items) == (460, 360)


def test_blocks_share_items_within_a_test_set_only() -> None:
    """Two settings on each of two test sets: repeated settings do not reduce the error of a test set."""
    first, second = both_arms(3, 0.5, 1.0), replace(both_arms(4, 0.5, 1.0, items=100), test_set="other")
    single = [crossed_difference([block]) for block in (first, second)]
    result = crossed_difference([first, first, second, second])
    assert result.item_error**2 == pytest.approx(sum(part.item_error**2 for part in single) / 4)
    assert result.seed_error**2 == pytest.approx(sum(part.seed_error**2 for part in single) / 8)
    with pytest.raises(UnusableSample, match="different numbers of items"):
        crossed_difference([first, replace(second, test_set=first.test_set)])


def test_blocks_on_the_same_items_do_not_average_the_item_error_away() -> None:
    block = both_arms(5, 0.5, 1.0)
    alone, repeated = crossed_difference([block]), crossed_difference([block, block])
    assert repeated.item_error == pytest.approx(alone.item_error)
    assert repeated.seed_error == pytest.approx(alone.seed_error / 2**0.5)


def test_blocks_with_the_same_seeds_do_not_average_the_seed_error_away() -> None:
    block = both_arms(5, 0.5, 1.0)
    alone, repeated = crossed_difference([block]), crossed_difference([block, block], groups=[0, 0])
    assert repeated.estimate.error == pytest.approx(alone.estimate.error)
    assert repeated.estimate.degrees == pytest.approx(alone.estimate.degrees)
    assert repeated.seed_error == pytest.approx(alone.seed_error)


def test_seed_error_over_test_sets_is_that_of_the_means_of_seeds() -> None:
    first, second = both_arms(3, 0.5, 1.0), replace(both_arms(4, 0.5, 1.0, items=100), test_set="other")
    result = crossed_difference([first, second], groups=[0, 0])
    arms = [(first.treatment, second.treatment), (first.control, second.control)]
    means = [(a.mean(axis=1) + b.mean(axis=1)) / 2 for a, b in arms]
    assert result.seed_error**2 == pytest.approx(sum(arm.var(ddof=1) / 5 for arm in means))


@pytest.mark.parametrize(
    ("treatment", "control", "paired", "message"),
    [
        (np.ones((5, 9)), np.ones((5, 9)), False, "no score varies"),
        (np.ones((5, 9)), np.ones((5, 8)), False, "same two or more items"),
        (np.ones((1, 9)), np.ones((5, 9)), False, "two runs"),
        (np.ones((4, 9)), np.ones((5, 9)), True, "equal numbers of runs"),
        (np.full((5, 9), np.nan), np.ones((5, 9)), False, "not finite"),
    ],
    ids=["constant", "other test set", "one run", "not pairs", "not finite"],
)
def test_unusable_scores_are_refused(treatment: Scores, control: Scores, paired: bool, message: str) -> None:
    with pytest.raises(UnusableSample, match=message):
        crossed_difference([CrossedScores(treatment, control)], paired=paired)
    assert crossed_interval(treatment, control, paired=paired) is None


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize(
    ("seed_sd", "own_difficulty"), [(0.15, 0.5), (0.6, 0.2), (0.02, 1.5)], ids=["both", "seeds dominate", "items"]
)
def test_interval_covers_a_new_test_set_and_new_seeds(
    seed_sd: float, own_difficulty: float, repetitions: Callable[[int, int], int]
) -> None:
    """Each experiment draws new items and new seeds. The arms have equal distributions, so the difference is zero."""
    experiments = repetitions(500, 4000)
    intervals = [crossed_interval(s.treatment, s.control) for s in samples(experiments, seed_sd, own_difficulty)]
    covered = np.mean([interval is not None and interval.low <= 0 <= interval.high for interval in intervals])
    assert covered >= 0.95 - 3 * (0.95 * 0.05 / experiments) ** 0.5


def samples(experiments: int, seed_sd: float, own_difficulty: float) -> list[CrossedScores]:
    return [both_arms(seed, seed_sd, own_difficulty) for seed in range(experiments)]
