"""Effect sizes between two samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from agents.statistics.sample import describe, rounding


def hedges_g(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return (mean(a) - mean(b)) / pooled sd, corrected for small-sample bias by the exact gamma ratio.

    Returns None for fewer than two values in a sample or a pooled sd of zero.
    Source: Hedges, J. Educ. Stat. 6 (1981) 107.
    """
    return standardized_effect([(a, b)])


def standardized_effect(blocks: Sequence[tuple[Sequence[float], Sequence[float]]]) -> float | None:
    """Return the mean of the differences of means in blocks, as Hedges' g with the sd pooled over all samples."""
    from scipy import special

    described = [(describe(a), describe(b)) for a, b in blocks]
    samples = [sample for pair in described for sample in pair]
    if any(sample.sd is None for sample in samples):
        return None
    degrees = sum(sample.n - 1 for sample in samples)
    pooled = math.sqrt(sum((sample.n - 1) * (sample.sd or 0.0) ** 2 for sample in samples) / degrees)
    if pooled <= rounding(*(values for pair in blocks for values in pair)):
        return None
    unbiased = special.poch((degrees - 1) / 2, 0.5) / math.sqrt(degrees / 2)
    difference = sum(first.mean - second.mean for first, second in described) / len(described)
    return float(unbiased * difference / pooled)


def probability_greater(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the share of pairs, one value of a and one of b, in which the value of a is greater. Ties count one half.

    Minus infinity stands for a run that is worse than every observed one.
    Source: Vargha & Delaney, J. Educ. Behav. Stat. 25 (2000) 101.
    """
    tolerance = rounding([value for value in (*a, *b) if math.isfinite(value)] or [0.0])
    first, second = np.array(a, dtype=float)[:, np.newaxis], np.array(b, dtype=float)
    greater, smaller = first > second + tolerance, first < second - tolerance
    return float(np.mean(greater + 0.5 * ~(greater | smaller)))
