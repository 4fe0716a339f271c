"""Spend alpha over the planned looks at growing data, so that the error rate of all looks together is at most alpha.

Each side of the two-sided test spends alpha / 2. The spending functions are those of Lan & DeMets, Biometrika 70
(1983) 659, and the boundaries follow from the joint normal distribution of the test statistics at the looks. It is
integrated numerically, as by Armitage, McPherson & Rowe, J. R. Stat. Soc. A 132 (1969) 235.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Spending = Literal["obrien_fleming", "pocock"]
_NODES = 200  # of the quadrature
_FARTHEST = 12.0  # standard deviations; the probability beyond is negligible


class UnusableLooks(ValueError):
    """Raised for planned looks over which alpha cannot be spent."""


def spent_alphas(alpha: float, fractions: Sequence[float], spending: Spending) -> tuple[float, ...]:
    """Return the nominal two-sided level of each planned look.

    A test whose p at look k is at most the k-th level rejects. Under the null hypothesis, the probability that any of
    the looks rejects is alpha, and alpha / 2 in each direction.

    Args:
        alpha: two-sided, of all looks together.
        fractions: of the final number of runs, at each look; increasing, and at most 1.
        spending: `obrien_fleming` spends little at early looks, `pocock` nearly the same at each look.

    Raises:
        UnusableLooks: The fractions do not increase from above 0 to at most 1, or alpha is not between 0 and 1.
    """
    from scipy import special

    _check(alpha, fractions)
    spent = [spent_at(fraction, alpha / 2, spending) for fraction in fractions]
    increments = [spent[0], *(later - earlier for earlier, later in pairwise(spent))]
    return tuple(float(2 * special.ndtr(-boundary)) for boundary in _boundaries(fractions, increments))


def spent_at(fraction: float, alpha: float, spending: Spending) -> float:
    """Return the part of the one-sided `alpha` that is spent when `fraction` of the runs is finished."""
    from scipy import special

    if spending == "pocock":
        return alpha * math.log(1 + (math.e - 1) * fraction)
    return float(2 * special.ndtr(special.ndtri(alpha / 2) / math.sqrt(fraction)))


def _check(alpha: float, fractions: Sequence[float]) -> None:
    if not 0 < alpha < 1:
        raise UnusableLooks(f"alpha must be between 0 and 1, got {alpha}")
    limits = [0.0, *fractions]
    if not fractions or not all(earlier < later <= 1 for earlier, later in pairwise(limits)):
        raise UnusableLooks(f"the shares of the runs at the looks must increase and be at most 1, got {fractions}")


def _boundaries(fractions: Sequence[float], increments: Sequence[float]) -> list[float]:
    """Return the boundary of each look for the absolute test statistic, in standard deviations.

    The test statistic at a look is B(t) / sqrt(t) for a Brownian motion B at t, the fraction of the look. `mass` is the
    probability that B was at each of `nodes` at the previous look and that no look has rejected.
    """
    boundaries: list[float] = []
    nodes, mass = np.zeros(1), np.ones(1)
    for (before, fraction), increment in zip(pairwise([0.0, *fractions]), increments, strict=True):
        step, scale = math.sqrt(fraction - before), math.sqrt(fraction)
        boundary = _boundary(nodes, mass, step, scale, increment)
        next_nodes, weights = _quadrature(min(boundary, _FARTHEST) * scale)
        density = np.exp(-(((next_nodes[:, None] - nodes) / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
        nodes, mass = next_nodes, weights * (density @ mass)
        boundaries.append(boundary)
    return boundaries


def _boundary(nodes: Array, mass: Array, step: float, scale: float, increment: float) -> float:
    """Return the boundary that the motion exceeds at this look, and at none before, with probability `increment`."""
    from scipy import optimize, special

    if increment <= 0:  # too small for a floating-point number, so this look cannot reject
        return math.inf

    def excess(boundary: float) -> float:
        return float(special.ndtr((nodes - boundary * scale) / step) @ mass) - increment

    highest = float(-special.ndtri(increment))  # the boundary without the looks before
    return highest if excess(highest) >= 0 else float(optimize.brentq(excess, 0.0, highest, xtol=1e-10))


def _quadrature(limit: float) -> tuple[Array, Array]:
    """Return the nodes and weights of the Gauss-Legendre quadrature from -limit to limit."""
    from scipy import special

    nodes, weights = special.roots_legendre(_NODES)
    return nodes * limit, weights * limit
