"""Adjust p over all contrasts of the claims, and decide each contrast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.facts.verdict import TestOutcome
from agents.registered_test.claims import RegisteredClaim
from agents.registered_test.contrast import Contrast
from agents.registered_test.measurement import Measured
from agents.statistics import HolmStep, Interval, TestedEffect, at_most, holm

NOT_TESTED = "an earlier claim in the fixed order is not supported"


def decide_family(measured: Sequence[Measured], alpha: float) -> list[Contrast]:
    """Return the decided contrasts of a family that shares alpha by Holm's method.

    A contrast is untestable if even the smallest p of every contrast would not reach alpha. It counts in the family
    with p = 1.
    """
    can_decide = testable([item.contrast.floor for item in measured], alpha)
    ps = [item.contrast.p if decides else None for item, decides in zip(measured, can_decide, strict=True)]
    steps = holm([1.0 if p is None else p for p in ps], alpha)
    return [
        _decided(item, step, alpha) if p is not None else _untestable(item, step)
        for item, step, p in zip(measured, steps, ps, strict=True)
    ]


def testable(floors: Sequence[float], alpha: float) -> list[bool]:
    """Return for each contrast of a family whether it reaches alpha if every p is the smallest that it can be."""
    return [at_most(step.p_adjusted, alpha) for step in holm(floors, alpha)]


def decide_in_order(claims: Sequence[Sequence[Measured]], alpha: float) -> list[Contrast]:
    """Return the decided contrasts of claims that are tested in a fixed order, each at alpha.

    After the first claim that is not supported, the claims are not tested.
    """
    decided: list[Contrast] = []
    is_open = True
    for measured in claims:
        contrasts = decide_family(measured, alpha)
        decided += contrasts if is_open else map(_not_tested, contrasts)
        is_open = is_open and any(contrast.conclusion == "supported" for contrast in contrasts)
    return decided


def _decided(measured: Measured, step: HolmStep, alpha: float) -> Contrast:
    assert measured.effect is not None
    return replace(
        measured.contrast,
        interval=_interval(measured.claim, measured.effect, step),
        p_adjusted=step.p_adjusted,
        conclusion=_conclusion(measured.claim, measured.effect, step, alpha),
    )


def _untestable(measured: Measured, step: HolmStep) -> Contrast:
    if measured.effect is None:
        return measured.contrast
    interval = _interval(measured.claim, measured.effect, step)
    reason = "no result of this number of runs could reach alpha"
    return replace(measured.contrast, interval=interval, reason=reason, needs_runs=True)


def _not_tested(contrast: Contrast) -> Contrast:
    if contrast.conclusion == "untestable":
        return contrast
    return replace(contrast, p_adjusted=None, conclusion="inconclusive", reason=NOT_TESTED)


def _interval(claim: RegisteredClaim, effect: TestedEffect, step: HolmStep) -> Interval:
    """Return the confidence interval of the difference, at the level of the Holm step that decides the claim."""
    interval = effect.interval(1 - step.alpha)
    return interval if claim.goal == "maximize" else Interval(-interval.high, -interval.low, interval.level)


def _conclusion(claim: RegisteredClaim, effect: TestedEffect, step: HolmStep, alpha: float) -> TestOutcome:
    """Return the outcome: supported if the effect is shown to be inside the region of the claim, refuted if outside."""
    significant, improvement = at_most(step.p_adjusted, alpha), effect.difference
    if claim.type in ("superiority", "noninferiority"):
        bound = claim.margin if claim.type == "superiority" else -claim.margin
        if not significant or improvement == bound:
            return "inconclusive"
        return "supported" if improvement > bound else "refuted"
    if significant:
        return "supported"
    return "refuted" if at_most(_opposite_p(claim, effect), step.alpha) else "inconclusive"


def _opposite_p(claim: RegisteredClaim, effect: TestedEffect) -> float:
    """Return the p that the effect is outside the equivalence range, or that the interaction is below its margin."""
    if claim.type == "interaction":
        return effect.is_within(claim.margin).p if claim.margin else 1.0
    above = effect.difference > 0
    return (effect.exceeds(claim.margin) if above else effect.falls_below(-claim.margin)).p
