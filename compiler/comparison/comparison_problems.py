"""Check the registered test of a spec against the points of its sweep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.comparison.level_problems import factor_problems, level_problems
from compiler.comparison.levels import Settings, factor_values
from compiler.spec.compare import Claim, Compare


def comparison_problems(compare: Compare, claims: Sequence[Claim], points: Sequence[Settings]) -> Iterator[Problem]:
    """Yield why a test cannot be decided from the runs of a sweep, or why it is not clear what it claims.

    Args:
        points: the settings of each point.
    """
    values = factor_values(compare.factor, points)
    problems = list(factor_problems(compare, values))
    yield from problems or level_problems(compare, claims, values)
