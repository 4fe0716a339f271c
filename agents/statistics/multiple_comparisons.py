"""Adjust p values for multiple comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class HolmStep:
    """The adjusted p of a test, and the significance level of the step that rejected it or at which Holm stopped.

    p is at most `alpha` if and only if the test is rejected. Therefore a confidence interval at level 1 - `alpha`
    agrees with the decision.
    """

    p_adjusted: float
    alpha: float


def holm(ps: Sequence[float], alpha: float) -> tuple[HolmStep, ...]:
    """Adjust p by Holm's step-down method, in the given order. Source: Holm, Scand. J. Stat. 6 (1979) 65.

    The implementation in statsmodels is not used: it does not return the level of each step, and it runs the garbage
    collector at each call, which takes longer than the complete test.
    """
    order, count = sorted(range(len(ps)), key=lambda index: ps[index]), len(ps)
    steps: dict[int, HolmStep] = {}
    adjusted, stopped_at = 0.0, None
    for rank, index in enumerate(order):
        adjusted = max(adjusted, min(1.0, (count - rank) * ps[index]))
        if stopped_at is None and not at_most(adjusted, alpha):
            stopped_at = alpha / (count - rank)
        steps[index] = HolmStep(float(adjusted), alpha / (count - rank) if stopped_at is None else stopped_at)
    return tuple(steps[index] for index in range(count))


def benjamini_hochberg(ps: Sequence[float]) -> tuple[float, ...]:
    """Return p adjusted for the false discovery rate, in the given order. For exploratory comparisons only.

    Source: Benjamini & Hochberg, J. R. Stat. Soc. B 57 (1995) 289.
    """
    from scipy.stats import false_discovery_control

    return tuple(map(float, false_discovery_control(ps, method="bh"))) if ps else ()


def at_most(p: float, alpha: float) -> bool:
    """Check p <= alpha with a tolerance, because p is a ratio of counts that may be rounded up."""
    return p <= alpha * (1 + 1e-9)
