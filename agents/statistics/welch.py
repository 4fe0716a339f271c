"""Welch's t statistic for the difference of two means with unequal variances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.sample import UnusableSample, describe, varies


@dataclass(frozen=True)
class Summary:
    """Mean, sd and size of a sample, as published in a table. `sd` divides by n - 1."""

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        if self.n < 2 or not all(map(math.isfinite, (self.mean, self.sd))) or self.sd < 0:
            raise UnusableSample(f"a summary needs a finite mean and sd, and an n of two or more, got {self}")


@dataclass(frozen=True)
class Welch:
    """The difference of two means.

    `error` is its standard error. `degrees` are the degrees of freedom, by Satterthwaite.
    """

    difference: float
    error: float
    degrees: float

    def p_above(self, value: float) -> float:
        """Return the one-sided p for the claim that the true difference is greater than `value`."""
        from scipy import special

        return float(special.stdtr(self.degrees, (value - self.difference) / self.error))

    def p_below(self, value: float) -> float:
        """Return the one-sided p for the claim that the true difference is smaller than `value`."""
        from scipy import special

        return float(special.stdtr(self.degrees, (self.difference - value) / self.error))

    def half_width(self, level: float) -> float:
        """Return the distance of the one-sided confidence limit at `level` from the difference."""
        from scipy import special

        return float(special.stdtrit(self.degrees, level)) * self.error


def summary(values: Sequence[float]) -> Summary:
    """Return mean, sd and n. The sd is zero for a sample that varies only by rounding error. Raises UnusableSample."""
    sample = describe(values)
    if sample.sd is None:
        raise UnusableSample(f"a test needs two values in each sample, got {sample.n}")
    return Summary(sample.mean, sample.sd if varies(list(values)) else 0.0, sample.n)


def welch(a: Summary, b: Summary) -> Welch:
    """Return the difference of means with its standard error and degrees of freedom.

    Source: Welch, Biometrika 34 (1947) 28. Raises UnusableSample if neither sample varies.
    """
    squared_errors = [a.sd**2 / a.n, b.sd**2 / b.n]
    if not sum(squared_errors):
        raise UnusableSample("neither sample varies: seeds may not be in effect, and the variance is zero")
    degrees = sum(squared_errors) ** 2 / (squared_errors[0] ** 2 / (a.n - 1) + squared_errors[1] ** 2 / (b.n - 1))
    return Welch(a.mean - b.mean, math.sqrt(sum(squared_errors)), degrees)
