"""A sample: finite floats in the metric's own unit, one per run. Differences are first minus second."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

# Metrics often pass through single precision. A mean carries an error of 2^-24 of its size, and an observed
# difference is compared with a relabelled one: four means.
_ROUNDING = 4 * 2.0**-24


class UnusableSample(ValueError):
    """Values that no statistic can be computed from."""


@dataclass(frozen=True)
class Description:
    """`sd` divides by n - 1 and is None for one value."""

    n: int
    mean: float
    sd: float | None
    min: float
    max: float


def describe(values: Sequence[float]) -> Description:
    """Raises UnusableSample for no value or one that is not finite."""
    sample = finite(values)
    sd = stdev(sample) if len(sample) > 1 else None
    return Description(len(sample), mean(sample), sd, min(sample), max(sample))


def rounding(*samples: Sequence[float]) -> float:
    """What differences of means may be off by when the values came from single precision; below it they are ties."""
    return _ROUNDING * max(abs(value) for sample in samples for value in sample)


def varies(sample: Sequence[float], *others: Sequence[float]) -> bool:
    """Whether the values differ by more than rounding; `others` only lend their size."""
    return max(sample) - min(sample) > rounding(sample, *others)


def finite(values: Sequence[float]) -> list[float]:
    """Raises UnusableSample."""
    sample = [float(value) for value in values]
    if not sample or not all(map(math.isfinite, sample)):
        raise UnusableSample(f"a sample needs finite values, at least one; got {sample}: leave failed runs out first")
    return sample


def differences(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """Within pairs. Raises UnusableSample."""
    if len(a) != len(b):
        raise UnusableSample(f"pairs need as many values on both sides; got {len(a)} and {len(b)}")
    return [x - y for x, y in zip(a, b, strict=True)]
