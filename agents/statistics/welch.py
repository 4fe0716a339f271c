"""The difference of two means whose variances need not be equal, as Welch's t sees it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.sample import UnusableSample, describe, varies


@dataclass(frozen=True)
class Summary:
    """What is left of a sample in a paper's table: `sd` divides by n - 1."""

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        if self.n < 2 or not all(map(math.isfinite, (self.mean, self.sd))) or self.sd < 0:
            raise UnusableSample(f"a summary needs a finite mean, an sd and an n of two or more; got {self}")


@dataclass(frozen=True)
class Welch:
    """`error` is the standard error of `difference`, `freedom` by Satterthwaite."""

    difference: float
    error: float
    freedom: float

    def p_above(self, value: float) -> float:
        """One-sided p of the claim that the true difference is greater than `value`."""
        from scipy import special

        return float(special.stdtr(self.freedom, (value - self.difference) / self.error))

    def p_below(self, value: float) -> float:
        """One-sided p of the claim that the true difference is smaller than `value`."""
        from scipy import special

        return float(special.stdtr(self.freedom, (self.difference - value) / self.error))

    def reach(self, level: float) -> float:
        """How far the one-sided limit at `level` lies from the difference."""
        from scipy import special

        return float(special.stdtrit(self.freedom, level)) * self.error


def summary(values: Sequence[float]) -> Summary:
    """Raises UnusableSample."""
    found = describe(values)
    if found.sd is None:
        raise UnusableSample(f"a test needs two values in each sample; got {found.n}")
    return Summary(found.mean, found.sd if varies(list(values)) else 0.0, found.n)


def welch(a: Summary, b: Summary) -> Welch:
    """Source: Welch, Biometrika 34 (1947) 28. Raises UnusableSample where neither sample varies."""
    parts = [a.sd**2 / a.n, b.sd**2 / b.n]
    if not sum(parts):
        raise UnusableSample("neither sample varies: seeds may not be in effect, and nothing tells what is chance")
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (a.n - 1) + parts[1] ** 2 / (b.n - 1))
    return Welch(a.mean - b.mean, math.sqrt(sum(parts)), freedom)
