"""Trials list each run once with its settings, value and failure. Cells and factors are derived from trials."""

from __future__ import annotations

import pytest

from agents.context.results import Objective
from agents.context.trials import best_cell, cells, objective, swept_factors, trials, usable
from tests.agents.studies import grid, study

LR = {"factor": "model.lr", "control": 0.1}


def test_failed_run_has_its_kind_of_failure_and_no_value() -> None:
    rows = trials(study(grid("model.lr", {0.1: [0.5, None], 0.2: [0.6, 0.7]}), LR, failure="killed"), "accuracy")
    assert [trial.value for trial in rows] == [0.5, None, 0.6, 0.7]
    assert [trial.failure for trial in rows] == [None, "killed", None, None]


def test_run_of_two_points_counts_once() -> None:
    case = study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), LR)
    second_point = {"name": "again", "overrides": {"model.lr": 0.1, "seed": 0}, "run": case.spec["points"][0]["run"]}
    rows = trials(
        study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), LR, points=[*case.spec["points"], second_point]), "accuracy"
    )
    assert [trial.point for trial in rows] == ["model.lr=0.1,seed=0", "model.lr=0.2,seed=0"]


def test_seed_and_constant_keys_are_not_factors() -> None:
    rows = [({"model.lr": lr, "model.hidden": 8, "seed": seed}, 0.5) for lr in (0.1, 0.2) for seed in (0, 1)]
    assert swept_factors(trials(study(rows, LR), "accuracy")) == {"model.lr": (0.1, 0.2)}


@pytest.mark.parametrize(("goal", "level"), [("maximize", "0.2"), ("minimize", "0.1")])
def test_best_cell_depends_on_the_goal(goal: str, level: str) -> None:
    rows = trials(study(grid("model.lr", {0.1: [0.5, None], 0.2: [0.6, 0.7]}), LR), "accuracy")
    best = best_cell(cells(rows, ["model.lr"]), goal)  # type: ignore[arg-type]
    assert best is not None
    assert best[0] == (level,)


def test_runs_without_values_have_no_best_cell() -> None:
    rows = trials(study(grid("model.lr", {0.1: [None], 0.2: [None]}), LR), "accuracy")
    assert usable(rows) == []
    assert best_cell(cells(rows, ["model.lr"]), "maximize") is None


def test_objective_is_that_of_the_test() -> None:
    case = study(grid("model.lr", {0.1: [0.5], 0.2: [0.6]}), {**LR, "goal": "minimize"})
    assert objective(case) == Objective("accuracy", "minimize")
