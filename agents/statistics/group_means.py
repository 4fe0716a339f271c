"""Means of groups of test items with confidence intervals, and the largest difference between two groups.

Runs and items are crossed random factors, as in `crossed`. Shares have Wilson's interval with the effective sample
size, other means Student's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from agents.statistics.crossed import Scores, interaction_component, seed_component
from agents.statistics.intervals import Interval

MIN_ITEMS = 10  # of a group; with fewer, only the mean is given
_LEVEL = 0.95


@dataclass(frozen=True)
class GroupMean:
    """The mean of the items of a group over all runs. `interval` is None for fewer than `MIN_ITEMS` items."""

    mean: float
    items: int
    interval: Interval | None


@dataclass(frozen=True)
class Gap:
    """The difference between the highest and the lowest mean of all compared groups.

    It is biased upwards, because the two groups are selected by their means. The interval allows for the selection: it
    is derived from simultaneous intervals of all pairs.
    """

    highest: str
    lowest: str
    difference: float
    interval: Interval


def group_mean(scores: Scores, level: float = _LEVEL) -> GroupMean:
    """Return the mean of a table of scores (runs, items), with an interval that generalises over runs and items.

    With a single run, the interval generalises over items only. Sources: Wilson, JASA 22 (1927) 209; Korn & Graubard,
    Survey Methodology 24 (1998) 193, for the effective sample size.
    """
    mean, items = float(scores.mean()), scores.shape[1]
    if items < MIN_ITEMS or not np.isfinite(scores).all():
        return GroupMean(mean, items, None)
    return GroupMean(mean, items, _interval(scores, level))


def largest_gap(groups: Mapping[str, Scores], level: float = _LEVEL, *, min_items: int = MIN_ITEMS) -> Gap | None:
    """Return the gap between the groups with at least `min_items` items, None for fewer than two of them.

    Each pair has an interval of the difference by the method of variance estimates recovery at Bonferroni's level. If
    all of them cover, so does the interval from the largest lower limit to the largest upper limit.
    Source: Zou & Donner, Statistics in Medicine 27 (2008) 1693.
    """
    large = {name: scores for name, scores in groups.items() if scores.shape[1] >= max(2, min_items)}
    if len(large) < 2 or not all(np.isfinite(scores).all() for scores in large.values()):
        return None
    means = {name: float(scores.mean()) for name, scores in large.items()}
    highest, lowest = max(means, key=means.__getitem__), min(reversed(means), key=means.__getitem__)
    adjusted = 1 - (1 - level) / math.comb(len(large), 2)
    intervals = {name: _interval(scores, adjusted) for name, scores in large.items()}
    limits = []
    for pair in combinations(sorted(means, key=means.__getitem__, reverse=True), 2):
        (first, second), (high, low) = (means[name] for name in pair), (intervals[name] for name in pair)
        factor = _shared_run_factor(large[pair[0]], large[pair[1]])
        below = factor * math.hypot(first - high.low, low.high - second)
        above = factor * math.hypot(high.high - first, second - low.low)
        limits.append((first - second - below, first - second + above))
    interval = Interval(max(0.0, *(low for low, _ in limits)), max(high for _, high in limits), level)
    return Gap(highest, lowest, means[highest] - means[lowest], interval)


def _interval(scores: Scores, level: float) -> Interval:
    from scipy import stats

    mean, (variance, degrees) = float(scores.mean()), _variance(scores)
    quantile = float(stats.t.ppf((1 + level) / 2, degrees)) if degrees else math.inf
    if not np.isin(scores, (0.0, 1.0)).all():
        half = quantile * math.sqrt(variance)
        return Interval(mean - half, mean + half, level)
    return _share_interval(mean, scores.shape[1], variance, quantile, level)


def _share_interval(share: float, items: int, variance: float, quantile: float, level: float) -> Interval:
    """Return Wilson's interval. Without any variation, the items of one run are the sample."""
    from scipy import stats
    from statsmodels.stats.proportion import proportion_confint

    normal = float(stats.norm.ppf((1 + level) / 2))
    n = share * (1 - share) / variance * (normal / quantile) ** 2 if variance > 0 and 0 < share < 1 else float(items)
    low, high = proportion_confint(share * n, n, 1 - level, method="wilson")
    return Interval(float(low), float(high), level)


def _variance(scores: Scores) -> tuple[float, float]:
    """Return the variance of the mean over runs and items, and its degrees of freedom by Satterthwaite."""
    items = scores.mean(axis=0)
    item = float(items.var(ddof=1)) / len(items), len(items) - 1
    if len(scores) == 1:
        return item
    seed, interaction = seed_component([scores]), interaction_component(scores)
    variance = max(seed[0] + item[0] - interaction[0], seed[0], item[0])
    squares = sum(part**2 / degrees for part, degrees in (seed, item, interaction))
    return variance, variance**2 / squares if squares else float(item[1])


def _shared_run_factor(first: Scores, second: Scores) -> float:
    """Return by how much the interval of a difference is widened, because runs that help one group harm the other.

    Runs that help or harm both groups would make the interval narrower. This is ignored.
    """
    if len(first) == 1:
        return 1.0
    own = seed_component([first])[0] + seed_component([second])[0]
    return math.sqrt(max(1.0, seed_component([first, -second])[0] / own)) if own else 1.0
