"""Fill in the defaults of a registered test from its spec and the points of its sweep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from compiler.comparison.blocks import resolved_block
from compiler.comparison.levels import Settings, as_swept, distinct_levels, factor_values, other_levels
from compiler.plan.claim_text import claim_text
from compiler.plan.design import PlannedClaim, PlannedLooks, PlannedTest
from compiler.spec.compare import ANY_LEVEL, Claim, Compare


def planned_test(
    compare: Compare, claims: Collection[Claim], points: Sequence[Settings], folds: int | None = None
) -> PlannedTest:
    """Return the registered test.

    Args:
        compare: the test in the spec.
        claims: its claims. Without claims, the test decides whether its treatment is superior.
        points: the swept settings of each point, without those that a search varies.
        folds: the number of folds of a cross-validation. Arms are then compared in pairs within each fold.
    """
    levels = factor_values(compare.factor, points)
    test = PlannedTest(
        metric=compare.metric,
        goal=compare.goal,
        factor=compare.factor,
        control=as_swept(compare.control, levels),
        treatment=_treatment(compare.treatment, compare, levels),
        alpha=compare.alpha,
        minimum_effect=compare.minimum_effect,
        paired=compare.paired or folds is not None,
        claims=tuple(planned_claim(claim, compare, levels) for claim in claims or [Claim()]),
        on_failure=compare.on_failure,
        worst=compare.worst,
        block=resolved_block(compare, points),
        aggregate=compare.aggregate,
        generalize_to=tuple(compare.generalize_to),
        order=compare.order,
        looks=PlannedLooks(tuple(compare.looks.seeds), compare.looks.spending) if compare.looks else None,
        folds=folds,
    )
    return replace(test, claims=tuple(_with_text(claim, test, points) for claim in test.claims))


def planned_claim(claim: Claim, compare: Compare, levels: Collection[Any]) -> PlannedClaim:
    """Return a claim with the values of `compare` for its fields that are not set. `levels` are those of the factor."""
    margin = compare.minimum_effect if claim.type == "superiority" else 0.0
    return PlannedClaim(
        type=claim.type,
        treatment=_treatment(compare.treatment if claim.treatment is None else claim.treatment, compare, levels),
        margin=margin if claim.margin is None else claim.margin,
        metric=claim.metric or compare.metric,
        goal=claim.goal or compare.goal,
        factors=tuple(sorted(claim.factors, key=lambda factor: factor != compare.factor)),  # the tested factor first
        primary=claim.primary,
    )


def _with_text(claim: PlannedClaim, test: PlannedTest, points: Sequence[Settings]) -> PlannedClaim:
    others = other_levels(test.control, factor_values(test.factor, points))
    second = distinct_levels(factor_values(claim.factors[1], points)) if claim.type == "interaction" else ()
    return replace(claim, text=claim_text(claim, test, others, second))


def _treatment(treatment: Any, compare: Compare, levels: Collection[Any]) -> Any:
    """Return the level that is compared with the control; None if any level may be superior."""
    if treatment == ANY_LEVEL:
        return None
    if treatment is not None:
        return as_swept(treatment, levels)
    others = other_levels(compare.control, levels)
    return others[0] if len(others) == 1 else None
