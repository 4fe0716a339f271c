"""Write a claim of the registered test as a sentence, which states what the test decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.base.level_label import label
from compiler.plan.design import PlannedClaim, PlannedTest


def claim_text(
    claim: PlannedClaim, test: PlannedTest, other_levels: Sequence[Any] = (), second_levels: Sequence[Any] = ()
) -> str:
    """Return the claim as text, such as "mean accuracy at model.lr=0.01 exceeds that at model.lr=0.001".

    Args:
        other_levels: the levels beside the control, which the text lists if any of them may be the treatment.
        second_levels: the two levels of the factor that changes the effect, for an interaction.
    """
    statistic = f"{'interquartile mean' if test.aggregate == 'iqm' else 'mean'} {claim.metric}"
    control, treatment = f"{test.factor}={label(test.control)}", _treatment_text(claim, test, other_levels)
    keys = [key for key in test.block if key not in claim.factors]
    aggregated = "over the runs of all settings of" if test.aggregate == "iqm" else "averaged over"
    blocks = f", {aggregated} {' and '.join(keys)}," if keys else ""
    if claim.type == "interaction":
        change = _change(claim, second_levels)
        return f"the difference in {statistic} between {treatment} and {control}{blocks} {change}"
    return f"{statistic} at {treatment}{blocks} {_relation(claim, f'that at {control}')}"


def _treatment_text(claim: PlannedClaim, test: PlannedTest, other_levels: Sequence[Any]) -> str:
    if claim.treatment is not None:
        return f"{test.factor}={label(claim.treatment)}"
    listed = f" ({' or '.join(map(label, other_levels))})" if other_levels else ""
    return f"some other level of {test.factor}{listed}"


def _relation(claim: PlannedClaim, control: str) -> str:
    """Return the verb phrase of a claim: how the treatment compares with the control."""
    margin = label(claim.margin)
    if claim.type == "equivalence":
        return f"differs from {control} by less than {margin}"
    if claim.type == "noninferiority":
        return f"is not worse than {control} by more than {margin}"
    verb = "exceeds" if claim.goal == "maximize" else "is lower than"
    return f"{verb} {control}" + (f" by more than {margin}" if claim.margin else "")


def _change(claim: PlannedClaim, second_levels: Sequence[Any]) -> str:
    """Return how the difference between the arms depends on the second factor of an interaction."""
    second = claim.factors[1]
    levels = " and ".join(f"{second}={label(level)}" for level in second_levels) or f"the levels of {second}"
    return f"changes between {levels}" + (f" by more than {label(claim.margin)}" if claim.margin else "")
