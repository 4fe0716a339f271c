"""Sizes of effects between two samples, without a word on whether there is one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from agents.statistics.sample import describe, finite, rounding


def hedges_g(a: Sequence[float], b: Sequence[float]) -> float | None:
    """(mean(a) - mean(b)) / pooled sd, freed of its small-sample bias by the exact gamma ratio.

    None for fewer than two values in a sample or a pooled sd of zero. Source: Hedges, J. Educ. Stat. 6 (1981) 107.
    """
    from scipy import special

    first, second = describe(a), describe(b)
    if first.sd is None or second.sd is None:
        return None
    freedom = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / freedom)
    if pooled <= rounding(a, b):
        return None
    unbiased = special.poch((freedom - 1) / 2, 0.5) / math.sqrt(freedom / 2)
    return float(unbiased * (first.mean - second.mean) / pooled)


def probability_greater(a: Sequence[float], b: Sequence[float]) -> float:
    """The share of pairs (one of a, one of b) in which a is greater; ties count one half.

    Source: Vargha & Delaney, J. Educ. Behav. Stat. 25 (2000) 101.
    """
    gaps = np.subtract.outer(finite(a), finite(b))
    tied = np.abs(gaps) <= rounding(a, b)
    return float(np.mean(np.where(tied, 0.5, gaps > 0)))
