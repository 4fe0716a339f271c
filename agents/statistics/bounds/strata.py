"""Estimate an effect from strata: groups of runs within which a treatment is compared with a control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.statistics.sample import differences, finite
from agents.statistics.welch import Summary, Welch, linear_contrast, summary


@dataclass(frozen=True)
class Stratum:
    """The values of both arms in one stratum, and the weight of their difference of means in the effect.

    In a paired test, values with equal positions are pairs. `magnitude` is the largest absolute value that the values
    were computed from, if they are differences; it determines their rounding error.
    """

    treatment: tuple[float, ...]
    control: tuple[float, ...]
    weight: float = 1.0
    magnitude: float = 0.0

    @property
    def largest(self) -> float:
        """The absolute value that the rounding error depends on."""
        return max(self.magnitude, *map(abs, self.treatment), *map(abs, self.control))


def welch_effect(strata: Sequence[Stratum], *, paired: bool = False, decides_alone: bool = False) -> Welch:
    """Return the weighted sum of the differences of means, with its standard error and degrees of freedom.

    The variance of each arm, or of the differences of pairs, is estimated in each stratum separately. With one stratum
    this is Welch's test, or Student's test of pairs. It `decides_alone` if no permutation test has to agree. Raises
    UnusableSample if an arm of a stratum has fewer than two values, or if nothing varies.
    """
    return linear_contrast([_term(stratum, paired) for stratum in strata], decides_alone=decides_alone)


def _term(stratum: Stratum, paired: bool) -> tuple[float, Summary, Summary | None]:
    treatment, control = finite(stratum.treatment), finite(stratum.control)
    if paired:
        return stratum.weight, summary(differences(treatment, control), [stratum.largest]), None
    return stratum.weight, summary(treatment), summary(control)
