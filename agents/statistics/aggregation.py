"""Aggregate the runs of an arm over several tasks: interquartile mean, probability of improvement, profiles.

Source of the definitions: Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice",
NeurIPS 34 (2021), and their library rliable. A task is a block of the registered test, such as a data set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.statistics.effect import probability_greater
from agents.statistics.intervals import Interval
from agents.statistics.sample import UnusableSample, finite, rounding
from agents.statistics.stratified_bootstrap import (
    MIN_BOOTSTRAP_RUNS,
    RESAMPLES,
    Resampled,
    Values,
    stratified_bootstrap,
)

_TRIMMED = 0.25  # from each end: the mean of the middle half of all scores of an arm
Task = Sequence[float] | Values  # the values of the runs of one arm in one task


@dataclass(frozen=True)
class Profile:
    """For each threshold: the share of runs over all tasks whose value exceeds it, with a pointwise interval."""

    thresholds: tuple[float, ...]
    shares: tuple[float, ...]
    low: tuple[float, ...] | None  # None if a task has fewer than `MIN_BOOTSTRAP_RUNS` runs
    high: tuple[float, ...] | None


def interquartile_mean(tasks: Sequence[Task]) -> float:
    """Return the mean of the middle half of the values of all runs in all tasks. Raises UnusableSample."""
    from scipy import stats

    return float(stats.trim_mean(np.concatenate(_checked(tasks)), _TRIMMED))


def iqm_difference(
    treatment: Sequence[Task], control: Sequence[Task], *, groups: Sequence[int] | None = None
) -> Resampled | None:
    """Return the difference of the interquartile means. The bootstrap resamples runs within tasks.

    Tasks with equal numbers in `groups` share their seeds: run i has the same seed in all of them, and the bootstrap
    resamples the seeds. By default, no tasks share seeds.

    Returns None if a task of an arm has fewer than `MIN_BOOTSTRAP_RUNS` runs. Raises UnusableSample for a task without
    values, or different numbers of tasks.
    """
    first, second = _pair(treatment, control, groups)

    def statistic(tasks: Sequence[Values], others: Sequence[Values], axis: int) -> Any:
        return _iqm(tasks, axis) - _iqm(others, axis)

    difference = interquartile_mean(first) - interquartile_mean(second)
    return stratified_bootstrap(difference, (first, second), statistic, groups)


def improvement_probability(treatment: Sequence[Task], control: Sequence[Task]) -> float:
    """Return the mean over tasks of the probability that a run of the treatment has a greater value than a control run.

    Ties count one half. Raises UnusableSample for a task without values, or different numbers of tasks.
    """
    pairs = zip(*_pair(treatment, control), strict=True)
    return float(np.mean([probability_greater(list(a), list(b)) for a, b in pairs]))


def probability_interval(
    treatment: Sequence[Task], control: Sequence[Task], *, level: float, groups: Sequence[int] | None = None
) -> Interval | None:
    """Return the bootstrap interval of `improvement_probability`, under the conditions of `iqm_difference`."""
    first, second = _pair(treatment, control, groups)
    tolerances = [rounding(list(a), list(b)) for a, b in zip(first, second, strict=True)]

    def statistic(tasks: Sequence[Values], others: Sequence[Values], axis: int) -> Any:
        pairs = zip(tasks, others, tolerances, strict=True)
        return np.mean([_greater(np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1), tie) for a, b, tie in pairs], 0)

    resampled = stratified_bootstrap(improvement_probability(first, second), (first, second), statistic, groups)
    return resampled.interval(level) if resampled else None


def performance_profile(tasks: Sequence[Task], thresholds: Sequence[float], *, level: float = 0.95) -> Profile:
    """Return the run-score distribution of an arm: the mean over tasks of the share of runs above each threshold.

    Raises UnusableSample for a task without values.
    """
    samples, taus = _checked(tasks), np.asarray(thresholds, dtype=float)
    exceeds = [np.asarray(sample)[:, None] > taus for sample in samples]  # (runs, thresholds) for each task
    shares = np.mean([above.mean(axis=0) for above in exceeds], axis=0)
    if min(map(len, samples)) < MIN_BOOTSTRAP_RUNS:
        return Profile(tuple(taus), tuple(shares), None, None)
    rng = np.random.default_rng(0)
    weights = [rng.multinomial(len(a), np.full(len(a), 1 / len(a)), RESAMPLES) / len(a) for a in exceeds]
    resampled = np.mean([weight @ above for weight, above in zip(weights, exceeds, strict=True)], axis=0)
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Profile(tuple(taus), tuple(shares), tuple(low), tuple(high))


def _iqm(samples: Sequence[Values], axis: int) -> Any:
    from scipy import stats

    return stats.trim_mean(np.concatenate(samples, axis=axis), _TRIMMED, axis=axis)


def _greater(a: Values, b: Values, tie: float) -> Values:
    """Return the share of pairs in which the value of a is greater, along the last axis."""
    differences = a[..., :, None] - b[..., None, :]
    shares: Values = np.where(np.abs(differences) <= tie, 0.5, differences > 0).mean(axis=(-2, -1))
    return shares


def _pair(
    treatment: Sequence[Task], control: Sequence[Task], groups: Sequence[int] | None = None
) -> tuple[list[Values], list[Values]]:
    if len(treatment) != len(control):
        raise UnusableSample(f"both arms need the same tasks, got {len(treatment)} and {len(control)}")
    return _checked(treatment, groups), _checked(control, groups)


def _checked(tasks: Sequence[Task], groups: Sequence[int] | None = None) -> list[Values]:
    """Return the finite values. They are sorted, in all tasks of a group alike, because the order must not matter."""
    if not tasks:
        raise UnusableSample("there is no task to aggregate over")
    values = [np.array(finite(list(task))) for task in tasks]
    numbers = list(groups or range(len(tasks)))
    orders = {
        group: np.lexsort([task for task, number in zip(values, numbers, strict=True) if number == group])
        for group in set(numbers)
    }
    return [task[orders[number]] for task, number in zip(values, numbers, strict=True)]
