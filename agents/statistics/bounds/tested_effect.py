"""Define an effect that is tested against bounds. All tests of an effect have to agree."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from agents.statistics.bounds.permutation import Tails
from agents.statistics.intervals import Interval


@dataclass(frozen=True)
class BoundP:
    """The two-sided p of each test against a bound, by the name of the test."""

    parts: Mapping[str, float]

    @property
    def p(self) -> float:
        """The largest p, because all tests have to agree."""
        return max(self.parts.values())


class Estimate(Protocol):
    """An estimate with one-sided p for the claims that the true value is above, or below, a bound."""

    def p_above(self, value: float) -> float: ...

    def p_below(self, value: float) -> float: ...


class TestedEffect(ABC):
    """An effect and its tests."""

    @property
    @abstractmethod
    def difference(self) -> float:
        """The estimate."""

    @property
    @abstractmethod
    def floor(self) -> float:
        """The smallest p attainable with samples of these sizes."""

    @property
    @abstractmethod
    def method(self) -> str:
        """The names of the tests."""

    @abstractmethod
    def tails(self, bound: float) -> Mapping[str, Tails]:
        """Return the one-sided p of each test against the bound, by the name of the test."""

    @abstractmethod
    def interval(self, level: float) -> Interval:
        """Return the two-sided confidence interval that agrees with the tests."""

    def differs_from(self, bound: float) -> BoundP:
        """Test whether the effect differs from the bound, in either direction."""
        return BoundP({name: tails.two_sided for name, tails in self.tails(bound).items()})

    def exceeds(self, bound: float) -> BoundP:
        """Test whether the effect is greater than the bound. p is doubled, because each direction has alpha/2."""
        return BoundP({name: min(1.0, 2 * tails.above) for name, tails in self.tails(bound).items()})

    def falls_below(self, bound: float) -> BoundP:
        """Test whether the effect is less than the bound. p is doubled, because each direction has alpha/2."""
        return BoundP({name: min(1.0, 2 * tails.below) for name, tails in self.tails(bound).items()})

    def is_within(self, margin: float) -> BoundP:
        """Test whether the effect is between -margin and margin, by two one-sided tests.

        Source: Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657.
        """
        low, high = self.exceeds(-margin).parts, self.falls_below(margin).parts
        return BoundP({name: max(low[name], high[name]) for name in low})
