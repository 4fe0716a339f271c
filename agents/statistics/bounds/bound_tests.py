"""Test an effect against a bound: a permutation test of the shifted treatment and Welch's test have to agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.bounds.permutation import Tails, exchangeable, permutation_tails, smallest_p
from agents.statistics.bounds.strata import Stratum, welch_effect
from agents.statistics.welch import Welch


@dataclass(frozen=True)
class BoundP:
    """The two-sided p of both tests against a bound. `permutation` is None if the runs are not exchangeable."""

    permutation: float | None
    welch: float

    @property
    def p(self) -> float:
        """The larger p, because both tests have to agree."""
        return max(self.permutation or 0.0, self.welch)


@dataclass(frozen=True)
class StratifiedEffect:
    """An effect measured in strata.

    `is_exchangeable` is false if the null hypothesis does not make the runs of a stratum exchangeable, as for an
    interaction without pairs. Then Welch's test decides alone.
    """

    strata: tuple[Stratum, ...]
    is_paired: bool
    is_exchangeable: bool
    welch: Welch

    @property
    def floor(self) -> float:
        """The smallest p attainable with strata of these sizes."""
        return smallest_p(exchangeable(self.strata, paired=self.is_paired)) if self.is_exchangeable else 0.0

    def differs_from(self, bound: float) -> BoundP:
        """Test whether the effect differs from the bound, in either direction."""
        tails, welch = self._tails(bound), min(self.welch.p_above(bound), self.welch.p_below(bound))
        return BoundP(None if tails is None else tails.two_sided, _doubled(welch))

    def exceeds(self, bound: float) -> BoundP:
        """Test whether the effect is greater than the bound. p is doubled, because each direction has alpha/2."""
        tails = self._tails(bound)
        return BoundP(None if tails is None else _doubled(tails.above), _doubled(self.welch.p_above(bound)))

    def falls_below(self, bound: float) -> BoundP:
        """Test whether the effect is less than the bound. p is doubled, because each direction has alpha/2."""
        tails = self._tails(bound)
        return BoundP(None if tails is None else _doubled(tails.below), _doubled(self.welch.p_below(bound)))

    def is_within(self, margin: float) -> BoundP:
        """Test whether the effect is between -margin and margin, by two one-sided tests.

        Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.
        """
        low, high = self.exceeds(-margin), self.falls_below(margin)
        permutation = None if low.permutation is None else max(low.permutation, high.permutation or 0.0)
        return BoundP(permutation, max(low.welch, high.welch))

    def _tails(self, bound: float) -> Tails | None:
        return permutation_tails(self.strata, shift=bound, paired=self.is_paired) if self.is_exchangeable else None


def measure_effect(strata: Sequence[Stratum], *, paired: bool = False, exchangeable: bool = True) -> StratifiedEffect:
    """Return the effect.

    Raises UnusableSample if an arm of a stratum has fewer than two values, or if nothing varies.
    """
    return StratifiedEffect(tuple(strata), paired, exchangeable, welch_effect(strata, paired=paired))


def _doubled(p: float) -> float:
    return min(1.0, 2 * p)
