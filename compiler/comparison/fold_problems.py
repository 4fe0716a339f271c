"""Check the registered test of a spec with `folds`: only one kind of test is right for overlapping training sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.comparison.blocks import resolved_block
from compiler.comparison.levels import Settings
from compiler.comparison.spec_paths import CLAIMS_PATH, COMPARE_PATH
from compiler.spec.compare import Claim, Compare


def fold_problems(
    compare: Compare, claims: Sequence[Claim], points: Sequence[Settings], fold: str
) -> Iterator[Problem]:
    """Yield settings for which no corrected test over folds exists. `fold` is the swept key of the fold."""
    if compare.factor == fold:
        yield Problem((*COMPARE_PATH, "factor"), "the folds are blocks of the test and cannot be its factor")
    others = [key for key in resolved_block(compare, points) if key != fold]
    if others:
        problem = f"a test over folds has no other blocks, and {' and '.join(others)} would be one"
        yield Problem((*COMPARE_PATH, "block"), problem, "sweep only the factor and the seed beside `folds`")
    if compare.aggregate != "mean":
        yield Problem((*COMPARE_PATH, "aggregate"), "a test over folds compares means", "write aggregate: mean")
    if "item" in compare.generalize_to:
        problem = "a test over folds does not separate seeds and test items"
        yield Problem((*COMPARE_PATH, "generalize_to"), problem, "write generalize_to: [seed]")
    if compare.looks is not None:
        yield Problem((*COMPARE_PATH, "looks"), "planned looks are not available for a test over folds")
    for index, claim in enumerate(claims):
        if claim.type == "interaction":
            yield Problem((*CLAIMS_PATH, index, "type"), "an interaction is not estimated over folds")
