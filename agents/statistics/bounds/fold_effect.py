"""The corrected resampled t test for the differences of two arms in the folds of a cross-validation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from agents.statistics.bounds.permutation import Tails
from agents.statistics.bounds.tested_effect import TestedEffect
from agents.statistics.intervals import Interval
from agents.statistics.sample import UnusableSample
from agents.statistics.welch import Welch, summary


@dataclass(frozen=True)
class FoldEffect(TestedEffect):
    """The mean over folds of the differences of pairs. `estimate` has its corrected error, `pairs` their number.

    There is no permutation test, because the training sets of the folds overlap, so the differences are not
    exchangeable.
    """

    estimate: Welch
    folds: int
    pairs: int

    @property
    def difference(self) -> float:
        return self.estimate.difference

    @property
    def floor(self) -> float:
        return 0.0

    @property
    def method(self) -> str:
        repeated = f" of {self.pairs} pairs" if self.pairs > self.folds else ""
        return f"corrected resampled t test{repeated} over {self.folds} folds"

    def tails(self, bound: float) -> Mapping[str, Tails]:
        return {"corrected": Tails(self.estimate.p_above(bound), self.estimate.p_below(bound))}

    def interval(self, level: float) -> Interval:
        return self.estimate.interval(level)


def measure_fold_effect(differences: Sequence[Sequence[float]], folds: int, values: Sequence[float] = ()) -> FoldEffect:
    """Return the effect of the differences of pairs in each fold, treatment minus control.

    The training sets of two folds overlap, so their differences are correlated, and the variance of their mean is
    larger than for independent runs. Nadeau and Bengio estimate the correlation by the ratio of test to training items,
    here 1 to `folds` - 1. With several pairs in a fold, the variance is estimated twice: from the means of the folds,
    which is right if the pairs of a fold share its split, and from all pairs, which is right if every pair has a split
    of its own. The larger estimate is used, with one degree of freedom less than there are folds.

    Sources: Nadeau and Bengio, Machine Learning 52 (2003) 239; for repeated folds Bouckaert and Frank, PAKDD (2004) 3.

    Args:
        folds: the number of folds of the design. `differences` has fewer if folds without a pair are excluded.
        values: what the differences were computed from; their rounding error counts.

    Raises:
        UnusableSample: There are fewer than two folds, or nothing varies.
    """
    means = summary([math.fsum(fold) / len(fold) for fold in differences], values)
    pairs = list(chain.from_iterable(differences))
    ratio = 1 / (folds - 1)
    variance = max(sd**2 * (1 / n + ratio) for sd, n in ((means.sd, means.n), (summary(pairs, values).sd, len(pairs))))
    if not variance:
        raise UnusableSample("no difference between the arms varies over the folds")
    return FoldEffect(Welch(means.mean, math.sqrt(variance), means.n - 1), means.n, len(pairs))
