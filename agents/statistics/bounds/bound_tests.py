"""Effects and their tests: permutation and Welch in strata, over test items, and by bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.statistics.bounds.permutation import (
    Tails,
    exchangeable,
    permutation_method,
    permutation_tails,
    smallest_p,
)
from agents.statistics.bounds.strata import Stratum, welch_effect
from agents.statistics.bounds.tested_effect import Estimate, TestedEffect
from agents.statistics.crossed import CrossedDifference
from agents.statistics.intervals import Interval
from agents.statistics.stratified_bootstrap import Resampled
from agents.statistics.welch import Welch


@dataclass(frozen=True)
class StratifiedEffect(TestedEffect):
    """A difference of means that is measured in strata: a permutation test and Welch's test have to agree.

    `is_exchangeable` is false if the null hypothesis does not make the runs of a stratum exchangeable, as for an
    interaction without pairs. Then there is no permutation test. `over_items` is the estimate of the same difference
    over seeds and test items, with which the other tests have to agree if it is given.
    """

    strata: tuple[Stratum, ...]
    is_paired: bool
    is_exchangeable: bool
    welch: Welch
    over_items: CrossedDifference | None = None

    @property
    def difference(self) -> float:
        return self.welch.difference

    @property
    def floor(self) -> float:
        return smallest_p(exchangeable(self.strata, paired=self.is_paired)) if self.is_exchangeable else 0.0

    @property
    def method(self) -> str:
        welch = "paired t test" if self.is_paired else "Welch's t test"
        if not self.is_exchangeable:
            return f"{welch} of the difference between {len(self.strata)} differences of means"
        permutation = permutation_method(self.strata, paired=self.is_paired)
        if self.over_items is None:
            return f"{permutation}, and {welch}"
        return f"{permutation}, {welch}, and t test over seeds and test items"

    def tails(self, bound: float) -> Mapping[str, Tails]:
        tails = {"welch": _tails(self.welch, bound)}
        if self.is_exchangeable:
            tails["permutation"] = permutation_tails(self.strata, shift=bound, paired=self.is_paired)
        if self.over_items is not None:
            tails["items"] = _tails(self.over_items.estimate, bound)
        return tails

    def interval(self, level: float) -> Interval:
        """Return Welch's interval, with items the smallest interval that contains it and that over the items."""
        interval = self.welch.interval(level)
        if self.over_items is None:
            return interval
        wider = self.over_items.estimate.interval(level)
        return Interval(min(interval.low, wider.low), max(interval.high, wider.high), level)


@dataclass(frozen=True)
class ResampledEffect(TestedEffect):
    """A difference of other statistics than means, tested by its bootstrap distribution. `name` describes it."""

    resampled: Resampled
    name: str

    @property
    def difference(self) -> float:
        return self.resampled.difference

    @property
    def floor(self) -> float:
        return min(1.0, 2 * self.resampled.p_above(float("-inf")))

    @property
    def method(self) -> str:
        return f"{self.name} (stratified bootstrap, fixed seed, expanded percentile interval)"

    def tails(self, bound: float) -> Mapping[str, Tails]:
        return {"bootstrap": _tails(self.resampled, bound)}

    def interval(self, level: float) -> Interval:
        return self.resampled.interval(level)


def measure_effect(strata: Sequence[Stratum], *, paired: bool = False, exchangeable: bool = True) -> StratifiedEffect:
    """Return the effect.

    Raises UnusableSample if an arm of a stratum has fewer than two values, or if nothing varies.
    """
    welch = welch_effect(strata, paired=paired, decides_alone=not exchangeable)
    return StratifiedEffect(tuple(strata), paired, exchangeable, welch)


def _tails(estimate: Estimate, bound: float) -> Tails:
    return Tails(estimate.p_above(bound), estimate.p_below(bound))
