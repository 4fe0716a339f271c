"""Each claim is written as the sentence that the test decides, whatever the hypothesis says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from compiler.plan.design import PlannedTest
from compiler.plan.planned_test import planned_test
from compiler.spec.compare import Claim, Compare

RATES = (0.001, 0.003, 0.01)
POINTS = [{"model.lr": rate, "seed": seed} for rate in RATES for seed in range(2)]
DATA_POINTS = [{**point, "data.name": name} for point in POINTS for name in ("digits", "letters")]
COMPARE: dict[str, Any] = {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001}
EXCEEDS = "mean accuracy at model.lr=0.01 exceeds that at model.lr=0.001"


def planned(compare: dict[str, Any], *claims: dict[str, Any], points: list[dict[str, Any]] = POINTS) -> PlannedTest:
    return planned_test(Compare.model_validate(COMPARE | compare), list(map(Claim.model_validate, claims)), points)


TEXTS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "minimum effect": ({"minimum_effect": 0.01}, {"treatment": 0.01}, f"{EXCEEDS} by more than 0.01"),
    "no minimum effect": ({}, {"treatment": 0.01}, EXCEEDS),
    "level written in another way": ({"control": 1e-3, "treatment": 1e-2}, {}, EXCEEDS),
    "margin of a claim": ({"minimum_effect": 0.01}, {"treatment": 0.01, "margin": 0.2}, f"{EXCEEDS} by more than 0.2"),
    "lower is better": (
        {},
        {"treatment": 0.01, "metric": "eval_loss", "goal": "minimize", "margin": 0.1},
        "mean eval_loss at model.lr=0.01 is lower than that at model.lr=0.001 by more than 0.1",
    ),
    "any level": (
        {"treatment": "any"},
        {},
        "mean accuracy at some other level of model.lr (0.003 or 0.01) exceeds that at model.lr=0.001",
    ),
    "non-inferiority": (
        {"minimum_effect": 0.3},
        {"type": "noninferiority", "treatment": 0.01, "margin": 0.02},
        "mean accuracy at model.lr=0.01 is not worse than that at model.lr=0.001 by more than 0.02",
    ),
    "equivalence": (
        {},
        {"type": "equivalence", "treatment": 0.01, "margin": 1e-7},
        "mean accuracy at model.lr=0.01 differs from that at model.lr=0.001 by less than 1e-7",
    ),
}


@pytest.mark.parametrize(("compare", "claim", "text"), TEXTS.values(), ids=TEXTS)
def test_claim_is_written_as_text(compare: dict[str, Any], claim: dict[str, Any], text: str) -> None:
    assert [claim_of_test.text for claim_of_test in planned(compare, claim).claims] == [text]


BLOCKED = {
    "blocks": (
        {"aggregate": "mean"},
        {"treatment": 0.01},
        "mean accuracy at model.lr=0.01, averaged over data.name, exceeds that at model.lr=0.001",
    ),
    "interquartile mean": (
        {"aggregate": "iqm"},
        {"treatment": 0.01},
        "interquartile mean accuracy at model.lr=0.01, over the runs of all settings of data.name, exceeds that at"
        " model.lr=0.001",
    ),
    "interaction": (
        {},
        {"type": "interaction", "treatment": 0.01, "factors": ["data.name", "model.lr"], "margin": 0.02},
        "the difference in mean accuracy between model.lr=0.01 and model.lr=0.001 changes between data.name=digits and"
        " data.name=letters by more than 0.02",
    ),
}


@pytest.mark.parametrize(("compare", "claim", "text"), BLOCKED.values(), ids=BLOCKED)
def test_claim_names_the_blocks(compare: dict[str, Any], claim: dict[str, Any], text: str) -> None:
    (blocked,) = planned(compare, claim, points=DATA_POINTS).claims
    assert blocked.text == text


def test_compare_alone_is_one_superiority_claim() -> None:
    (claim,) = planned({"treatment": 0.003, "minimum_effect": 0.01}).claims
    assert (claim.type, claim.treatment, claim.margin, claim.primary) == ("superiority", 0.003, 0.01, True)


def points_of(*keys: str) -> list[dict[str, Any]]:
    """Return a product of two values of each key."""
    return [dict(zip(keys, values, strict=True)) for values in itertools.product((1, 2), repeat=len(keys))]


BLOCKS: dict[str, tuple[list[str], list[dict[str, Any]], list[str]]] = {
    "seed alone": ([], points_of("model.lr", "seed"), []),
    "other swept keys": ([], points_of("model.lr", "epochs", "seed", "data"), ["epochs", "data"]),
    "written keys first": (["data"], points_of("model.lr", "epochs", "seed", "data"), ["data", "epochs"]),
    "seed on request": (["seed"], points_of("model.lr", "data", "seed"), ["seed", "data"]),
    "key with one value": ([], [{**point, "data": 1} for point in points_of("model.lr", "seed")], []),
    "second seed": ([], [{**point, "data.seed": 9 - point["seed"]} for point in points_of("model.lr", "seed")], []),
    "crossed second seed": ([], points_of("model.lr", "seed", "data.seed"), ["data.seed"]),
    "second seed of several seeds": (
        [],
        [{**point, "seed": str(point), "data.seed": point["part"]} for point in points_of("model.lr", "part", "seed")],
        ["part", "data.seed"],
    ),
    "task of each seed": ([], [{**point, "data": point["seed"]} for point in points_of("model.lr", "seed")], ["data"]),
    "points outside the arms": ([], [*points_of("model.lr", "seed"), {"data": 1}, {"data": 2}], []),
}


@pytest.mark.parametrize(("block", "points", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_every_other_varying_key_is_a_block(
    block: list[str], points: list[dict[str, Any]], expected: list[str]
) -> None:
    assert list(planned({"block": block, "control": 1}, points=points).block) == expected


def test_levels_are_those_of_the_sweep() -> None:
    test = planned({"control": 1.0, "treatment": 2.0}, points=points_of("model.lr", "seed"))
    assert (repr(test.control), repr(test.treatment)) == ("1", "2")
