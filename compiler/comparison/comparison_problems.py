"""Check the registered test of a spec against the points of its sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.comparison.blocks import block_problems
from compiler.comparison.level_problems import factor_problems, level_problems
from compiler.comparison.levels import Settings, factor_values, other_levels
from compiler.spec.compare import ANY_LEVEL, Claim, Compare


def comparison_problems(compare: Compare, claims: Sequence[Claim], points: Sequence[Settings]) -> Iterator[Problem]:
    """Yield why a test cannot be decided from the runs of a sweep, or why it is not clear what it claims.

    Args:
        points: the swept settings of each point, without those that a search varies.
    """
    values = factor_values(compare.factor, points)
    problems = list(factor_problems(compare, values)) or list(level_problems(compare, claims, values))
    yield from problems or block_problems(compare, _compared_levels(compare, claims, values), points)


def _compared_levels(compare: Compare, claims: Sequence[Claim], values: Sequence[Any]) -> list[Any]:
    """Return the control and the treatments of all claims."""
    named = [claim.treatment for claim in claims if claim.treatment is not None] if claims else []
    if not claims or any(claim.treatment is None for claim in claims):
        named.append(ANY_LEVEL if compare.treatment is None else compare.treatment)
    others = other_levels(compare.control, values)
    return [compare.control, *(others if ANY_LEVEL in named else named)]
