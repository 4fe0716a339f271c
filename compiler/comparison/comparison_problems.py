"""Check the registered test of a spec against the points of its sweep."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.comparison.blocks import block_problems
from compiler.comparison.claim_problems import claim_problems
from compiler.comparison.estimate_problems import estimate_problems
from compiler.comparison.level_problems import factor_problems, level_problems
from compiler.comparison.levels import Settings, factor_values, other_levels
from compiler.comparison.metric_problems import metric_problems
from compiler.comparison.plan_problems import plan_problems
from compiler.spec.compare import ANY_LEVEL, Claim, Compare


def comparison_problems(
    compare: Compare,
    claims: Sequence[Claim],
    points: Sequence[Settings],
    *,
    product_keys: Collection[str] = (),
    is_search: bool = False,
) -> Iterator[Problem]:
    """Yield why a test cannot be decided from the runs of a sweep, or why it is not clear what it claims.

    Args:
        points: the swept settings of each point, without those that a search varies.
        product_keys: the keys of the sweep whose values are combined with all others.
        is_search: whether the spec has a search, which trains each trial at every point.
    """
    values = factor_values(compare.factor, points)
    yield from metric_problems(compare, claims)
    # Each of the next checks assumes that the checks before it found nothing, so only the first problems are reported.
    problems = list(factor_problems(compare, values, {key for point in points for key in point})) or list(
        level_problems(compare, claims, values)
    )
    problems = problems or list(claim_problems(compare, claims, points))
    problems = problems or list(block_problems(compare, _compared_levels(compare, claims, values), points))
    yield from problems or plan_problems(compare, claims, points, product_keys=product_keys, is_search=is_search)
    yield from estimate_problems(compare, claims)


def _compared_levels(compare: Compare, claims: Sequence[Claim], values: Sequence[Any]) -> list[Any]:
    """Return the control and the treatments of all claims."""
    named = [claim.treatment for claim in claims if claim.treatment is not None]
    if not claims or any(claim.treatment is None for claim in claims):
        named.append(ANY_LEVEL if compare.treatment is None else compare.treatment)
    others = other_levels(compare.control, values)
    return [compare.control, *(others if ANY_LEVEL in named else named)]
