"""Compare one treatment with the control. A contrast is measured, then p is adjusted, then its outcome is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from agents.facts.verdict import TestOutcome
from agents.registered_test.arms import Arm, paired_values
from agents.registered_test.claims import ClaimType
from agents.statistics import (
    Goal,
    Interval,
    at_most,
    difference_interval,
    hedges_g,
    holm,
    permutation_test,
    probability_greater,
    rounding,
)

_NOT_IN_FILES = ("floor", "rounding_error")


@dataclass(frozen=True)
class Contrast:
    """Treatment minus control, in the unit of the metric, for the claim with number `claim`.

    Values are None if an arm has fewer than two usable runs.
    `improvement` is the difference, positive in the direction of the goal. `probability_of_superiority` is the
    probability that a run of the treatment does better than one of the control. `interval` belongs to the difference.
    `n_treatment` and `n_control` count the compared runs, in a paired test the pairs. `rounding_error` is the possible
    rounding error of the improvement.
    """

    treatment: str
    n_treatment: int
    n_control: int
    claim: int = 0
    type: ClaimType = "superiority"
    metric: str = ""
    margin: float = 0.0
    difference: float | None = None
    improvement: float | None = None
    interval: Interval | None = None
    hedges_g: float | None = None
    probability_of_superiority: float | None = None
    p: float | None = None
    p_permutation: float | None = None
    p_welch: float | None = None
    p_adjusted: float | None = None
    floor: float = 1.0
    rounding_error: float = 0.0
    method: str = "not compared: fewer than two usable runs in an arm"
    conclusion: TestOutcome = "untestable"

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key not in _NOT_IN_FILES}


def contrast_from_json(data: Mapping[str, Any]) -> Contrast:
    interval = data["interval"]
    return Contrast(**{**data, "interval": interval and Interval(**interval)})


def measure_contrast(treatment: Arm, control: Arm, goal: Goal, *, paired: bool, level: float) -> Contrast:
    """Return the contrast without adjusted p. `level` is the confidence level, 1 - alpha / family size."""
    values, control_values = paired_values(treatment, control) if paired else (treatment.values, control.values)
    if min(len(values), len(control_values)) < 2:
        return Contrast(treatment.level, len(values), len(control_values))
    test = permutation_test(values, control_values, paired=paired)
    superiority = probability_greater(values, control_values)
    return Contrast(
        treatment.level,
        len(values),
        len(control_values),
        difference=test.difference,
        improvement=test.difference if goal == "maximize" else -test.difference,
        interval=difference_interval(values, control_values, level=level, paired=paired),
        hedges_g=hedges_g(values, control_values),
        probability_of_superiority=superiority if goal == "maximize" else 1 - superiority,
        p=test.p,
        p_permutation=test.p,
        floor=test.floor,
        rounding_error=rounding(values, control_values),
        method=test.method,
    )


def adjust_p(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """Adjust p with Holm's method over the whole family. A contrast that could not be compared counts with p = 1."""
    adjusted = holm([1.0 if contrast.p is None else contrast.p for contrast in contrasts])
    return tuple(
        replace(contrast, p_adjusted=None if contrast.p is None else p)
        for contrast, p in zip(contrasts, adjusted, strict=True)
    )


def contrast_outcome(contrast: Contrast, goal: Goal, *, alpha: float, minimum_effect: float) -> TestOutcome:
    """Decide on the claim that the treatment improves the metric by at least `minimum_effect`.

    Supported: significant, an improvement, and the observed difference reaches `minimum_effect`. Refuted:
    significantly worse, or the most favourable end of the interval is below `minimum_effect`.
    """
    if contrast.p_adjusted is None or contrast.improvement is None:
        return "untestable"
    significant = at_most(contrast.p_adjusted, alpha)
    if significant and contrast.improvement > contrast.rounding_error:
        if contrast.improvement >= minimum_effect - contrast.rounding_error:
            return "supported"
    elif significant and contrast.improvement < -contrast.rounding_error:
        return "refuted"
    largest = largest_improvement(contrast.interval, goal)
    return "refuted" if largest is not None and largest < minimum_effect else "inconclusive"


def largest_improvement(interval: Interval | None, goal: Goal) -> float | None:
    """Return the largest improvement inside the interval."""
    if interval is None:
        return None
    return interval.high if goal == "maximize" else -interval.low
