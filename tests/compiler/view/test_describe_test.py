"""`explain` and `compile` state the claims and the rules of a test as the plan has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.plan.design import PlannedClaim, PlannedLooks, PlannedTest
from compiler.view.describe_test import claim_lines, rule_lines

CLAIM = PlannedClaim("superiority", 0.01, 0.0, "accuracy", "maximize", text="A exceeds B")
TEST = PlannedTest("accuracy", "maximize", "model.lr", 0.001, 0.01, 0.05, 0.0, False, claims=(CLAIM,))
HOLM = "order: Holm's adjustment over all claims"


def test_single_claim_has_one_line() -> None:
    assert claim_lines(TEST) == ["tested claim: A exceeds B"]


def test_several_claims_have_their_type_and_rank() -> None:
    second = PlannedClaim("equivalence", 0.01, 0.1, "f1", "maximize", primary=False, text="A is as B")
    assert claim_lines(replace(TEST, claims=(CLAIM, second))) == [
        "tested claim 1 (superiority): A exceeds B",
        "tested claim 2 (equivalence, secondary): A is as B",
    ]


RULES: dict[str, tuple[PlannedTest, list[str]]] = {
    "defaults": (TEST, ["failed runs: count as the worst value"]),
    "any level": (replace(TEST, claims=(replace(CLAIM, treatment=None),)), [HOLM]),
    "several claims": (replace(TEST, claims=(CLAIM, CLAIM)), [HOLM]),
    "fixed order": (
        replace(TEST, claims=(CLAIM, CLAIM), order="fixed"),
        ["order: in the order of the list; a claim after the first that is not supported is not tested"],
    ),
    "blocks": (
        replace(TEST, block=("data", "seed")),
        ["blocks: data, seed; the arms are compared within each setting of these keys"],
    ),
    "pairs": (replace(TEST, paired=True), ["pairs: runs that differ only in the factor"]),
    "worst value": (replace(TEST, worst=0.0), ["failed runs: count as the worst value, 0 or the worst observed"]),
    "excluded": (replace(TEST, on_failure="exclude"), ["failed runs: are excluded, which the verdict states"]),
    "refused": (replace(TEST, on_failure="refuse"), ["failed runs: make the test untestable"]),
    "items": (
        replace(TEST, generalize_to=("seed", "item")),
        ["interval: covers the variation between seeds and between items of the test set"],
    ),
    "looks": (
        replace(TEST, looks=PlannedLooks((5, 8), "pocock")),
        ["looks: at 5, 8 seeds; alpha is spent by pocock"],
    ),
}


@pytest.mark.parametrize(("test", "lines"), RULES.values(), ids=RULES)
def test_rules_that_apply_have_a_line(test: PlannedTest, lines: list[str]) -> None:
    described = list(rule_lines(test))
    assert described[0] == "alpha: 0.05, two-sided"
    assert set(lines) <= set(described)
    assert len(described) == 2 + (lines[0].partition(":")[0] != "failed runs")
