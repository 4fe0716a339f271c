"""Resample runs within the tasks of each arm, and derive p and intervals from the resampled statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.statistics.intervals import Interval

MIN_BOOTSTRAP_RUNS = 10  # in each task of an arm; with fewer, bootstrap intervals are too narrow
RESAMPLES = 9_999
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Resampled:
    """A difference of two arms and its bootstrap distribution, from which p and intervals follow.

    The distribution of small samples is too narrow, so its tails are used at a smaller level: that of a normal quantile
    which is `inflation` times the quantile of t with `degrees` degrees of freedom.
    Source: the expanded percentile interval of Hesterberg, The American Statistician 69 (2015) 371.
    """

    difference: float
    distribution: Values  # sorted
    inflation: float
    degrees: int

    def p_above(self, value: float) -> float:
        """Return the one-sided p for the claim that the true difference is greater than `value`."""
        return self._p(int(np.searchsorted(self.distribution, value, side="right")))

    def p_below(self, value: float) -> float:
        """Return the one-sided p for the claim that the true difference is smaller than `value`."""
        return self._p(len(self.distribution) - int(np.searchsorted(self.distribution, value, side="left")))

    def interval(self, level: float) -> Interval:
        from scipy import special

        share = special.ndtr(-self.inflation * special.stdtrit(self.degrees, (1 + level) / 2))
        low, high = np.quantile(self.distribution, [share, 1 - share])
        return Interval(float(low), float(high), level)

    def _p(self, count: int) -> float:
        """Return the p of the tail that holds `count` resamples."""
        from scipy import special

        share = (count + 1) / (len(self.distribution) + 1)
        return float(special.stdtr(self.degrees, special.ndtri(share) / self.inflation)) if share < 1 else 1.0


def stratified_bootstrap(
    difference: float,
    arms: tuple[Sequence[Values], Sequence[Values]],
    statistic: Callable[[Sequence[Values], Sequence[Values], int], Any],
    groups: Sequence[int] | None = None,
) -> Resampled | None:
    """Return the distribution of a statistic of two arms, which have one sample for each task.

    Each sample is resampled separately, except that the tasks of an arm with equal numbers in `groups` share seeds and
    are resampled together. `statistic` takes the samples of both arms and the axis of their values. Returns None if a
    sample has fewer than `MIN_BOOTSTRAP_RUNS` values.
    """
    from scipy import stats

    smallest = min(len(sample) for arm in arms for sample in arm)
    if smallest < MIN_BOOTSTRAP_RUNS:
        return None
    numbers = list(groups or range(len(arms[0])))
    keys = list(dict.fromkeys((arm, number) for arm in (0, 1) for number in numbers))
    positions = [np.arange(len(arms[arm][numbers.index(number)])) for arm, number in keys]

    def statistic_at(*chosen: NDArray[np.int64], axis: int) -> Any:
        at = dict(zip(keys, chosen, strict=True))
        first, second = (
            [sample[at[arm, number]] for sample, number in zip(arms[arm], numbers, strict=True)] for arm in (0, 1)
        )
        return statistic(first, second, axis)

    result = stats.bootstrap(
        positions,
        statistic_at,
        n_resamples=RESAMPLES,
        batch=1_000,
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    degrees = sum(len(sample) - 1 for sample in positions)
    return Resampled(difference, np.sort(result.bootstrap_distribution), (smallest / (smallest - 1)) ** 0.5, degrees)
