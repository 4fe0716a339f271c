"""Check and describe samples: finite numbers in the unit of the metric, one per run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

# Metrics are often computed in single precision, where a mean has a relative error of 2^-24. Comparing an observed
# difference with a relabelled one involves four means.
_ROUNDING = 4 * 2.0**-24


class UnusableSample(ValueError):
    """Raised for values from which a statistic cannot be computed."""


@dataclass(frozen=True)
class Description:
    """Size, mean, standard deviation and range of a sample. `sd` divides by n - 1 and is None for one value."""

    n: int
    mean: float
    sd: float | None
    min: float
    max: float


def describe(values: Sequence[float]) -> Description:
    """Return n, mean, sd and range. Raises UnusableSample for an empty sample or a value that is not finite."""
    sample = finite(values)
    sd = stdev(sample) if len(sample) > 1 else None
    return Description(len(sample), mean(sample), sd, min(sample), max(sample))


def rounding(*samples: Sequence[float]) -> float:
    """Return the rounding error of differences of means. Differences below it count as ties."""
    return _ROUNDING * max(abs(value) for sample in samples for value in sample)


def varies(sample: Sequence[float], *others: Sequence[float]) -> bool:
    """Check whether the values differ by more than rounding error. `others` count only for the rounding error."""
    return max(sample) - min(sample) > rounding(sample, *others)


def finite(values: Sequence[float]) -> list[float]:
    """Return the values as floats. Raises UnusableSample."""
    sample = [float(value) for value in values]
    if not sample or not all(map(math.isfinite, sample)):
        raise UnusableSample(f"a sample needs one or more finite values, got {sample} (exclude failed runs)")
    return sample


def differences(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """Return first minus second for each pair. Raises UnusableSample."""
    if len(a) != len(b):
        raise UnusableSample(f"pairs need two samples of equal size, got {len(a)} and {len(b)} values")
    return [x - y for x, y in zip(a, b, strict=True)]
