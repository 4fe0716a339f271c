"""Welch's t statistic for differences of means with unequal variances."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.intervals import Interval
from agents.statistics.sample import UnusableSample, describe, varies

_MIN_ALONE = 5  # values of each sample, for Satterthwaite's degrees of freedom without a permutation test


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
    """A difference of two means, or a weighted sum of means.

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

    def interval(self, level: float) -> Interval:
        """Return the two-sided confidence interval."""
        half_width = self.half_width((1 + level) / 2)
        return Interval(self.difference - half_width, self.difference + half_width, level)


def summary(values: Sequence[float], *others: Sequence[float]) -> Summary:
    """Return mean, sd and n. The sd is zero for a sample that varies only by rounding error.

    `others` are values that the sample was computed from; their rounding error counts. Raises UnusableSample.
    """
    sample = describe(values)
    if sample.sd is None:
        raise UnusableSample(f"a test needs two values in each sample, got {sample.n}")
    return Summary(sample.mean, sample.sd if varies(list(values), *others) else 0.0, sample.n)


def welch(a: Summary, b: Summary) -> Welch:
    """Return the difference of two means. Raises UnusableSample if neither sample varies."""
    return linear_contrast([(1.0, a, b)])


def linear_contrast(terms: Sequence[tuple[float, Summary, Summary | None]], *, decides_alone: bool = False) -> Welch:
    """Return the weighted sum of differences of means, with its standard error and degrees of freedom.

    A term is a weight with two samples, or with a sample of differences of pairs and None. The degrees of freedom are
    those of Satterthwaite. In two cases, which exceed the nominal error rate, they are those of the smallest sample:

    - A sample is at least twice as large as the other one of its term (0.037 instead of 0.025 a side for 2 against 10
      runs, whose standard deviation is ten times as large).
    - The test decides alone, without a permutation test, and the samples differ in size or have fewer than five values
      (0.08 instead of 0.05 for an interaction of four cells of two runs, if one varies ten times as much).

    Sources: Welch, Biometrika 34 (1947) 28; Satterthwaite, Biometrics Bulletin 2 (1946) 110.

    Raises UnusableSample if no sample varies.
    """
    samples = [(weight, sample) for weight, *pair in terms for sample in pair if sample is not None]
    errors = [(weight * sample.sd) ** 2 / sample.n for weight, sample in samples]
    if not sum(errors):
        raise UnusableSample("no sample varies: seeds may not be in effect, and the variance is zero")
    degrees = sum(errors) ** 2 / sum(
        error**2 / (sample.n - 1) for error, (_, sample) in zip(errors, samples, strict=True)
    )
    sizes = [sample.n for _, sample in samples]
    is_lopsided = any(b is not None and max(a.n, b.n) >= 2 * min(a.n, b.n) for _, a, b in terms)
    if is_lopsided or (decides_alone and (min(sizes) < _MIN_ALONE or min(sizes) != max(sizes))):
        degrees = min(sizes) - 1
    difference = sum(weight * (a.mean - (b.mean if b else 0.0)) for weight, a, b in terms)
    return Welch(difference, math.sqrt(sum(errors)), degrees)
