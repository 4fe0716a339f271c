"""Effect sizes between two samples."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from agents.statistics.sample import describe, finite, rounding


def hedges_g(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return (mean(a) - mean(b)) / pooled sd, corrected for small-sample bias by the exact gamma ratio.

    Returns None for fewer than two values in a sample or a pooled sd of zero.
    Source: Hedges, J. Educ. Stat. 6 (1981) 107.
    """
    from scipy import special

    first, second = describe(a), describe(b)
    if first.sd is None or second.sd is None:
        return None
    degrees = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / degrees)
    if pooled <= rounding(a, b):
        return None
    unbiased = special.poch((degrees - 1) / 2, 0.5) / math.sqrt(degrees / 2)
    return float(unbiased * (first.mean - second.mean) / pooled)


def probability_greater(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the share of pairs, one value of a and one of b, in which the value of a is greater. Ties count one half.

    Source: Vargha & Delaney, J. Educ. Behav. Stat. 25 (2000) 101.
    """
    differences = np.subtract.outer(finite(a), finite(b))
    tied = np.abs(differences) <= rounding(a, b)
    return float(np.mean(np.where(tied, 0.5, differences > 0)))
