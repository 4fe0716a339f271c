"""Fill in the defaults of a registered test from its spec and the levels of its factor."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from compiler.comparison.levels import as_swept, other_levels
from compiler.plan.design import PlannedClaim, PlannedLooks, PlannedTest
from compiler.spec.compare import ANY_LEVEL, Claim, Compare


def planned_test(compare: Compare, claims: Collection[Claim], levels: Collection[Any]) -> PlannedTest:
    """Return the registered test.

    Args:
        compare: the test in the spec.
        claims: its claims. Without claims, the test decides whether its treatment is superior.
        levels: the levels of the compared factor, which may repeat.
    """
    treatment = _treatment(compare.treatment, compare, levels)
    return PlannedTest(
        metric=compare.metric,
        goal=compare.goal,
        factor=compare.factor,
        control=as_swept(compare.control, levels),
        treatment=treatment,
        alpha=compare.alpha,
        minimum_effect=compare.minimum_effect,
        paired=compare.paired,
        claims=tuple(_claim(claim, compare, levels) for claim in claims or [Claim()]),
        on_failure=compare.on_failure,
        worst=compare.worst,
        block=tuple(compare.block),
        aggregate=compare.aggregate,
        generalize_to=tuple(compare.generalize_to),
        order=compare.order,
        looks=PlannedLooks(tuple(compare.looks.seeds), compare.looks.spending) if compare.looks else None,
    )


def _claim(claim: Claim, compare: Compare, levels: Collection[Any]) -> PlannedClaim:
    margin = compare.minimum_effect if claim.type == "superiority" else 0.0
    return PlannedClaim(
        type=claim.type,
        treatment=_treatment(compare.treatment if claim.treatment is None else claim.treatment, compare, levels),
        margin=margin if claim.margin is None else claim.margin,
        metric=claim.metric or compare.metric,
        goal=claim.goal or compare.goal,
        factors=tuple(claim.factors),
        primary=claim.primary,
    )


def _treatment(treatment: Any, compare: Compare, levels: Collection[Any]) -> Any:
    """Return the level that is compared with the control; None if any level may be superior."""
    if treatment == ANY_LEVEL:
        return None
    if treatment is not None:
        return as_swept(treatment, levels)
    others = other_levels(compare.control, levels)
    return others[0] if len(others) == 1 else None
