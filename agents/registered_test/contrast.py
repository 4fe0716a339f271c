"""One treatment against the control: measured first, judged once the whole family is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agents.registered_test.arms import Arm, pairs
from agents.statistics import (
    Interval,
    at_most,
    difference_interval,
    hedges_g,
    holm,
    permutation_test,
    probability_greater,
    rounding,
)

Goal = Literal["maximize", "minimize"]
Verdict = Literal["supported", "refuted", "inconclusive", "untestable"]


@dataclass(frozen=True)
class Contrast:
    """Treatment minus control, in the metric's unit; None where fewer than two runs of an arm can be used.

    `improvement` is the difference signed by the goal, and `probability_of_superiority` the chance that a run of the
    treatment does better than one of the control. `interval` is of the difference. `n_*` count what was compared: in
    a paired test the pairs. `slack` is the rounding that an improvement may carry.
    """

    treatment: str
    n_treatment: int
    n_control: int
    difference: float | None = None
    improvement: float | None = None
    interval: Interval | None = None
    hedges_g: float | None = None
    probability_of_superiority: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    floor: float = 1.0
    slack: float = 0.0
    method: str = "not compared: fewer than two usable runs in an arm"
    conclusion: Verdict = "untestable"

    def to_json(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if key not in ("floor", "slack")}


def measured(treatment: Arm, control: Arm, goal: Goal, *, paired: bool, level: float) -> Contrast:
    """`level` is the interval's own confidence level: the family's share of alpha already taken off."""
    ours, theirs = pairs(treatment, control) if paired else (treatment.values, control.values)
    if min(len(ours), len(theirs)) < 2:
        return Contrast(treatment.level, len(ours), len(theirs))
    test = permutation_test(ours, theirs, paired=paired)
    superiority = probability_greater(ours, theirs)
    return Contrast(
        treatment.level,
        len(ours),
        len(theirs),
        difference=test.difference,
        improvement=test.difference if goal == "maximize" else -test.difference,
        interval=difference_interval(ours, theirs, level=level, paired=paired),
        hedges_g=hedges_g(ours, theirs),
        probability_of_superiority=superiority if goal == "maximize" else 1 - superiority,
        p=test.p,
        floor=test.floor,
        slack=rounding(ours, theirs),
        method=test.method,
    )


def adjusted(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """Holm over the whole family: a contrast that could not be compared still takes its share, as p = 1."""
    adjusted_ps = holm([1.0 if each.p is None else each.p for each in contrasts])
    return tuple(
        replace(each, p_adjusted=None if each.p is None else p) for each, p in zip(contrasts, adjusted_ps, strict=True)
    )


def conclusion(contrast: Contrast, goal: Goal, *, alpha: float, minimum_effect: float) -> Verdict:
    """Whether this treatment keeps the claim: an improvement, of `minimum_effect` at least.

    Supported: significant, an improvement, and observed to reach `minimum_effect`. Refuted: significantly worse, or
    the interval excludes every improvement that was claimed (its most favourable end lies below `minimum_effect`).
    """
    if contrast.p_adjusted is None or contrast.improvement is None:
        return "untestable"
    significant = at_most(contrast.p_adjusted, alpha)
    if significant and contrast.improvement > contrast.slack:
        if contrast.improvement >= minimum_effect - contrast.slack:
            return "supported"
    elif significant and contrast.improvement < -contrast.slack:
        return "refuted"
    best = most_favourable(contrast.interval, goal)
    return "refuted" if best is not None and best < minimum_effect else "inconclusive"


def most_favourable(interval: Interval | None, goal: Goal) -> float | None:
    """The largest improvement that the interval still allows."""
    if interval is None:
        return None
    return interval.high if goal == "maximize" else -interval.low
