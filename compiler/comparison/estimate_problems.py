"""Check what a test estimates: the sources of variance that its interval covers, and how runs are aggregated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys
from compiler.base.seed import SEED
from compiler.comparison.spec_paths import CLAIMS_PATH, COMPARE_PATH
from compiler.spec.compare import Claim, Compare

_NOT_OF_TEST_ITEMS = ("train_", "eval_", "val_", "final_", "best_", "epochs", "steps")  # beginnings of metric names
_AGGREGATE: Keys = (*COMPARE_PATH, "aggregate")


def estimate_problems(compare: Compare, claims: Sequence[Claim]) -> Iterator[Problem]:
    """Yield combinations of settings for which no interval is computed, so that every verdict would be untestable."""
    over_items, iqm = "item" in compare.generalize_to, compare.aggregate == "iqm"
    if over_items:
        yield from _metric_problems(compare, claims)
    if iqm and over_items:
        yield Problem(_AGGREGATE, "'iqm' is not estimated over test items", "write generalize_to: [seed]")
    if iqm and compare.paired:
        yield Problem(_AGGREGATE, "'iqm' is not estimated for pairs", "write paired: false")
    if iqm and SEED in compare.block:
        hint = "remove seed from `block`"
        yield Problem(_AGGREGATE, "'iqm' needs at least 10 runs of each arm in every block", hint)
    for index, claim in enumerate(claims):
        if claim.type == "interaction" and (iqm or over_items):
            problem = f"an interaction is not estimated {'with aggregate: iqm' if iqm else 'over test items'}"
            yield Problem((*CLAIMS_PATH, index, "type"), problem)


def _metric_problems(compare: Compare, claims: Sequence[Claim]) -> Iterator[Problem]:
    """Yield metrics that are not means over the items of the test split."""
    of_claims = [((*CLAIMS_PATH, index, "metric"), claim.metric) for index, claim in enumerate(claims) if claim.metric]
    of_compare = [] if claims and len(of_claims) == len(claims) else [((*COMPARE_PATH, "metric"), compare.metric)]
    for key_path, metric in [*of_compare, *of_claims]:
        if metric.startswith(_NOT_OF_TEST_ITEMS):
            hint = "choose a metric of the test split, such as accuracy, or write generalize_to: [seed]"
            yield Problem(key_path, f"'{metric}' is not a mean over the items of the test split", hint)
