"""Describe a registered test in lines of text: its claims, and the rules by which they are decided."""

from __future__ import annotations

from collections.abc import Iterator

from compiler.base.level_label import label
from compiler.plan.design import PlannedTest

_FAILED_RUNS = {
    "worst": "count as the worst value",
    "refuse": "make the test untestable",
    "exclude": "are excluded, which the verdict states",
}
_ORDERS = {
    "holm": "Holm's adjustment over all claims",
    "fixed": "in the order of the list; a claim after the first that is not supported is not tested",
}


def claim_lines(test: PlannedTest) -> list[str]:
    """Return a line for each claim. The lines of several claims also state the type, and which claims are secondary."""
    if len(test.claims) == 1:
        return [f"tested claim: {test.claims[0].text}"]
    return [
        f"tested claim {number} ({claim.type}{'' if claim.primary else ', secondary'}): {claim.text}"
        for number, claim in enumerate(test.claims, start=1)
    ]


def rule_lines(test: PlannedTest) -> Iterator[str]:
    """Yield a line for each rule that specs can choose. A rule that does not apply to the test has no line."""
    yield f"alpha: {label(test.alpha)}, two-sided"
    if len(test.claims) > 1 or test.claims[0].treatment is None:
        yield f"order: {_ORDERS[test.order]}"
    if test.folds:
        rule = "the arms are compared in pairs within each fold, with the variance of overlapping training sets"
        yield f"folds: {test.folds}, in {test.block[0]}; {rule}"
    elif test.block:
        yield f"blocks: {', '.join(test.block)}; the arms are compared within each setting of these keys"
    if test.paired and not test.folds:
        yield "pairs: runs that differ only in the factor"
    worst = "" if test.worst is None or test.on_failure != "worst" else f", {label(test.worst)} or the worst observed"
    yield f"failed runs: {_FAILED_RUNS[test.on_failure]}{worst}"
    if "item" in test.generalize_to:
        yield "interval: covers the variation between seeds and between items of the test set"
    if test.looks:
        seeds = ", ".join(map(str, test.looks.seeds))
        yield f"looks: at {seeds} seeds; alpha is spent by {test.looks.spending}"
