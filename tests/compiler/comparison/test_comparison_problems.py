"""Honest tests pass, and the checks that no shipped metric or sweep can reach reject their mistakes."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from compiler.base.diagnostics import dotted
from compiler.base.level_label import label
from compiler.comparison.comparison_problems import comparison_problems
from compiler.plan.planned_test import planned_test
from compiler.spec.compare import Claim, Compare

RATES, SEEDS = (0.001, 0.003, 0.01), range(5)
POINTS = [{"model.lr": rate, "seed": seed} for rate in RATES for seed in SEEDS]
DATA_POINTS = [{**point, "data.name": name} for point in POINTS for name in ("digits", "letters")]
COMPARE = {"metric": "accuracy", "goal": "maximize", "factor": "model.lr", "control": 0.001, "treatment": 0.01}


def problems(
    compare: dict[str, Any], *claims: dict[str, Any], points: list[dict[str, Any]] = POINTS, is_search: bool = False
) -> list[str]:
    """Return the problems of a test as `key: problem`, without `experiment.`."""
    return [
        f"{dotted(problem.path[1:])}: {problem.problem}"
        for problem in comparison_problems(
            Compare.model_validate(COMPARE | compare),
            [Claim.model_validate(claim) for claim in claims],
            points,
            product_keys={"model.lr", "seed"},
            is_search=is_search,
        )
    ]


HONEST: dict[str, tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]] = {
    "one treatment": ({"minimum_effect": 0.01}, [], POINTS),
    "any level": ({"treatment": "any"}, [], POINTS),
    "percentage points": ({"metric": "accuracy_pct", "minimum_effect": 1, "worst": 10}, [], POINTS),
    "loss": ({"metric": "eval_loss", "goal": "minimize", "minimum_effect": 2, "worst": 20}, [], POINTS),
    "unknown metric": ({"metric": "score", "minimum_effect": 30, "worst": -5}, [], POINTS),
    "worst value": ({"worst": 0}, [], POINTS),
    "paired": ({"paired": True}, [], POINTS),
    "looks": ({"looks": {"seeds": [5, 8]}}, [], POINTS),
    "fresh seeds": ({"fresh_seeds": True}, [], POINTS),
    "items": ({"generalize_to": ["seed", "item"]}, [], POINTS),
    "fixed order of one claim": ({"order": "fixed"}, [{}], POINTS),
    "blocks": ({"block": ["data.name"], "aggregate": "iqm"}, [], DATA_POINTS),
    "automatic blocks": ({"aggregate": "iqm"}, [], DATA_POINTS),
    "pairs in blocks": ({"paired": True}, [], DATA_POINTS),
    "family": (
        {"treatment": None, "minimum_effect": 0.01},
        [
            {"treatment": 0.01},
            {"treatment": 0.003, "type": "noninferiority", "margin": 0.02, "primary": False},
            {"treatment": 0.01, "metric": "eval_loss", "goal": "minimize", "margin": 0.1, "primary": False},
            {"treatment": 0.01, "type": "interaction", "factors": ["model.lr", "data.name"], "primary": False},
        ],
        DATA_POINTS,
    ),
    "nested margins": ({}, [{"margin": 0.0}, {"margin": 0.1}], POINTS),
    "untested level without some blocks": (
        {},
        [],
        [point for point in DATA_POINTS if (point["model.lr"], point["data.name"]) != (0.003, "letters")],
    ),
    "control as a float": ({"control": 1.0, "treatment": 2}, [], [{"model.lr": rate} for rate in (1, 2, 3)]),
}


@pytest.mark.parametrize(("compare", "claims", "points"), HONEST.values(), ids=HONEST)
def test_honest_test_passes(
    compare: dict[str, Any], claims: list[dict[str, Any]], points: list[dict[str, Any]]
) -> None:
    assert problems(compare, *claims, points=points) == []


DISHONEST: dict[str, tuple[dict[str, Any], str]] = {
    "fraction of a percentage": (
        {"metric": "accuracy_percent", "minimum_effect": 0.01},
        "compare.minimum_effect: 0.01 is a fraction, but 'accuracy_percent' is in percent",
    ),
    "worst percentage": (
        {"metric": "accuracy_percent", "worst": 100},
        "compare.worst: 100 is the best value of 'accuracy_percent', not the worst",
    ),
    "a level called any": (
        {"control": "any", "treatment": "any"},
        "compare.treatment: 'any' is a level of 'model.lr' and means any level of it",
    ),
}


@pytest.mark.parametrize(("compare", "problem"), DISHONEST.values(), ids=DISHONEST)
def test_mistake_is_reported(compare: dict[str, Any], problem: str) -> None:
    points = [{"model.lr": level} for level in ("any", "b", "c")] if compare.get("control") == "any" else POINTS
    assert problems(compare, points=points) == [problem]


def test_search_has_no_planned_looks() -> None:
    (problem,) = problems({"looks": {"seeds": [5, 8]}}, is_search=True)
    assert problem.startswith("compare.looks: a search has no planned looks")


def test_block_without_the_treatment_of_any_claim_is_reported() -> None:
    points = [point for point in DATA_POINTS if (point["model.lr"], point["data.name"]) != (0.003, "letters")]
    claims = [{"treatment": 0.01}, {"treatment": 0.003}]
    (problem,) = problems({"treatment": None}, *claims, points=points)
    assert problem == (
        "compare.factor: 'model.lr' changes together with 'data.name': no run with data.name=letters has model.lr=0.003"
    )


@pytest.mark.parametrize("count", [1, 2, 3])
def test_unbalanced_runs_are_blocked_and_not_rejected(count: int) -> None:
    """Most runs of the control have one epoch. Both arms have runs in each block, so the blocks are compared."""
    points = [
        {"model.lr": rate, "trainer.max_epochs": epochs, "seed": seed}
        for rate, epochs in itertools.product((0.001, 0.01), (1, 3))
        for seed in range(count if (rate, epochs) == (0.001, 3) else 4)
    ]
    assert problems({}, points=points) == []


LEVELS: dict[str, list[object]] = {
    "null": [None, 1.0],
    "booleans": [False, True],
    "lists": [[1, 2], [3]],
    "integers beyond JSON": [2**60, 2**60 + 1],
    "texts": ["relu", "tanh"],
}


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
def test_levels_of_any_kind_are_compared(levels: list[object]) -> None:
    points = [{"model.lr": level, "seed": seed} for level in levels for seed in SEEDS]
    assert problems({"control": levels[0], "treatment": None}, points=points) == []
    test = planned_test(Compare.model_validate(COMPARE | {"control": levels[0], "treatment": None}), [], points)
    assert test.claims[0].text.endswith(f"exceeds that at model.lr={label(levels[0])}")
