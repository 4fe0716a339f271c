"""The corrected resampled t test over folds: independent formulas, rounding, and its error rate on real overlap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from agents.statistics import UnusableSample, measure_fold_effect

FIVE = [0.005, 0.02, 0.03, 0.04, 0.055]  # differences in five folds


def test_one_pair_in_each_fold_gives_the_test_of_nadeau_and_bengio() -> None:
    effect = measure_fold_effect([[value] for value in FIVE], 5)
    t = np.mean(FIVE) / math.sqrt((1 / 5 + 1 / 4) * np.var(FIVE, ddof=1))
    assert t == pytest.approx(2.349, abs=5e-4)
    assert effect.differs_from(0).p == pytest.approx(2 * stats.t.sf(t, 4)) == pytest.approx(0.079, abs=5e-4)
    assert stats.ttest_1samp(FIVE, 0).pvalue == pytest.approx(0.024, abs=5e-4)  # without the correction
    low, high = effect.interval(0.95).low, effect.interval(0.95).high
    assert (low + high) / 2 == pytest.approx(np.mean(FIVE))
    assert low < 0 < high


def test_interval_and_test_agree() -> None:
    effect = measure_fold_effect([[value] for value in FIVE], 5)
    for level in (0.8, 0.9, 0.99):
        assert effect.differs_from(effect.interval(level).low).p == pytest.approx(1 - level)


def test_pairs_that_share_the_split_of_their_fold_do_not_count_as_more_folds() -> None:
    single = measure_fold_effect([[value] for value in FIVE], 5)
    repeated = measure_fold_effect([[value] * 4 for value in FIVE], 5)
    assert repeated.interval(0.95).low == pytest.approx(single.interval(0.95).low)
    assert (repeated.folds, repeated.pairs) == (5, 20)


def test_variation_within_folds_counts_as_that_of_repeated_splits() -> None:
    random = np.random.default_rng(0)
    differences = random.normal(0.03, 0.02, size=(5, 4))
    differences += 0.03 - differences.mean(axis=1, keepdims=True)  # all folds have the same mean
    effect = measure_fold_effect(differences.tolist(), 5)
    assert effect.estimate.error == pytest.approx(math.sqrt((1 / 20 + 1 / 4) * differences.var(ddof=1)))
    assert effect.estimate.degrees == 4


def test_excluded_fold_leaves_the_overlap_of_the_others() -> None:
    effect = measure_fold_effect([[value] for value in FIVE[:4]], 5)
    assert effect.estimate.error == pytest.approx(math.sqrt((1 / 4 + 1 / 4) * np.var(FIVE[:4], ddof=1)))


@pytest.mark.parametrize(
    ("differences", "values"),
    [([[0.1]], []), ([[0.1]] * 5, []), ([[0.9 - 0.8], [0.8 - 0.7], [0.7 - 0.6]], [0.9, 0.8, 0.7])],
    ids=["one fold", "no variation", "rounding only"],
)
def test_differences_without_variation_are_refused(differences: list[list[float]], values: list[float]) -> None:
    with pytest.raises(UnusableSample):
        measure_fold_effect(differences, 5, values)


def test_two_learners_of_equal_error_are_rarely_called_different() -> None:
    """Compare nearest neighbours on two sets of features that are equally informative, in 10 folds of 100 items."""
    significant = [_is_significant(np.random.default_rng(seed)) for seed in range(300)]
    corrected, uncorrected = np.mean(significant, axis=0)
    assert corrected <= 0.08  # 0.05 and more than twice the Monte Carlo error of 0.013
    assert uncorrected >= 0.1


def _is_significant(random: np.random.Generator) -> tuple[bool, bool]:
    """Return whether the corrected and the uncorrected test of one cross-validation reach 0.05."""
    target = random.integers(0, 2, 100)
    features = [random.normal(size=(100, 2)) + 0.8 * target[:, None] for _ in range(2)]
    accuracies = np.array([[_accuracy(x, target, np.arange(100) % 10 == fold) for x in features] for fold in range(10)])
    differences = accuracies[:, 1] - accuracies[:, 0]
    p = measure_fold_effect(differences[:, None].tolist(), 10).differs_from(0).p
    return p <= 0.05, bool(stats.ttest_1samp(differences, 0).pvalue <= 0.05)


def _accuracy(x: NDArray[np.float64], target: NDArray[np.int64], held_out: NDArray[np.bool_]) -> float:
    distances = ((x[held_out][:, None] - x[~held_out][None]) ** 2).sum(axis=-1)
    return float((target[~held_out][distances.argmin(axis=1)] == target[held_out]).mean())
