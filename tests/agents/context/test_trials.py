"""What points set and gave, as rows."""

from __future__ import annotations

import pytest

from agents.context.trials import aim, best_cell, cells, swept_factors, trials, usable
from tests.agents.studies import grid, study

LR = {"factor": "model.lr", "control": 0.1}


def test_a_failed_run_has_no_value_and_tells_its_kind() -> None:
    found = trials(study(grid("model.lr", {0.1: [0.5, None], 0.2: [0.6, 0.7]}), LR, failure="killed"), "accuracy")
    assert [one.value for one in found] == [0.5, None, 0.6, 0.7]
    assert [one.failure for one in found] == [None, "killed", None, None]


def test_a_run_that_two_points_name_counts_once() -> None:
    case = study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), LR)
    again = {"name": "again", "overrides": {"model.lr": 0.1, "seed": 0}, "run": case.spec["points"][0]["run"]}
    found = trials(
        study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), LR, points=[*case.spec["points"], again]), "accuracy"
    )
    assert [one.point for one in found] == ["model.lr=0.1,seed=0", "model.lr=0.2,seed=0"]


def test_a_seed_and_a_single_level_are_no_factors() -> None:
    rows = [({"model.lr": lr, "model.hidden": 8, "seed": seed}, 0.5) for lr in (0.1, 0.2) for seed in (0, 1)]
    assert swept_factors(trials(study(rows, LR), "accuracy")) == {"model.lr": (0.1, 0.2)}


@pytest.mark.parametrize(("goal", "level"), [("maximize", "0.2"), ("minimize", "0.1")])
def test_the_best_cell_follows_the_goal(goal: str, level: str) -> None:
    found = trials(study(grid("model.lr", {0.1: [0.5, None], 0.2: [0.6, 0.7]}), LR), "accuracy")
    best = best_cell(cells(found, ["model.lr"]), goal)  # type: ignore[arg-type]
    assert best is not None
    assert best[0] == (level,)


def test_no_value_is_no_best() -> None:
    found = trials(study(grid("model.lr", {0.1: [None], 0.2: [None]}), LR), "accuracy")
    assert usable(found) == []
    assert best_cell(cells(found, ["model.lr"]), "maximize") is None


def test_the_aim_is_that_of_the_test() -> None:
    assert aim(study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), {**LR, "goal": "minimize"})) == (
        "accuracy",
        "minimize",
    )
