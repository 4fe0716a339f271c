"""Adjust p values for multiple comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p adjusted by Holm's step-down method, in the given order. Source: Holm, Scand. J. Stat. 6 (1979) 65.

    The implementation in statsmodels is not used, because it runs the garbage collector at each call. This takes
    longer than the complete test.
    """
    order, count = sorted(range(len(ps)), key=lambda index: ps[index]), len(ps)
    steps = (min(1.0, (count - rank) * ps[index]) for rank, index in enumerate(order))
    adjusted = dict(zip(order, accumulate(steps, max), strict=True))
    return tuple(float(adjusted[index]) for index in range(count))


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p adjusted for the false discovery rate, in the given order. For exploratory comparisons only.

    Source: Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
    """
    from scipy.stats import false_discovery_control

    return tuple(map(float, false_discovery_control(ps, method="bh"))) if ps else ()
