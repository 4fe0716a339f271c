"""Points are grouped into arms, and the best arm has the best mean of the registered metric."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from rules.results.arms import best_arm, group_by_arm
from tests.plans import TEST, planned_experiment
from tests.run_files import write_run


def test_arms_are_the_levels_of_the_compared_factor() -> None:
    settings = {"a": {"lr": 1, "seed": 0}, "b": {"lr": 2, "seed": 0}, "c": {"lr": 1, "seed": 1}}
    arms = group_by_arm(planned_experiment("study", settings, test=TEST))
    assert [(arm.levels, arm.runs) for arm in arms] == [({"lr": 1}, ("a", "c")), ({"lr": 2}, ("b",))]


def test_points_without_the_compared_factor_are_an_arm_of_their_own() -> None:
    settings = {"a": {"lr": 1, "seed": 0}, "b": {"seed": 0}}
    arms = group_by_arm(planned_experiment("study", settings, test=TEST))
    assert [(arm.levels, arm.runs) for arm in arms] == [({"lr": 1}, ("a",)), ({"lr": None}, ("b",))]


def test_without_a_test_runs_of_an_arm_differ_only_in_the_seed() -> None:
    settings = {"a": {"lr": 1, "size": 2, "seed": 0}, "b": {"lr": 1, "size": 2, "seed": 1}, "c": {"lr": 1, "size": 3}}
    arms = group_by_arm(planned_experiment("study", settings))
    assert [(arm.levels, arm.runs) for arm in arms] == [
        ({"lr": 1, "size": 2}, ("a", "b")),
        ({"lr": 1, "size": 3}, ("c",)),
    ]


@pytest.mark.parametrize(("goal", "best"), [("maximize", ["b", "c"]), ("minimize", ["a"])])
def test_best_arm_has_the_best_mean(tmp_path: Path, goal: str, best: list[str]) -> None:
    runs = {name: write_run(Lab(tmp_path), name, value) for name, value in {"a": 0.7, "b": 0.6, "c": 0.9}.items()}
    settings = {"a": {"lr": 1}, "b": {"lr": 2}, "c": {"lr": 2}}
    assert best_arm(planned_experiment("study", settings, test=replace(TEST, goal=goal)), runs) == best


def test_all_runs_are_the_best_arm_if_all_failed(tmp_path: Path) -> None:
    runs = {"a": write_run(Lab(tmp_path), "a", None, "failed")}
    assert best_arm(planned_experiment("study", {"a": {"lr": 1}}, test=TEST), runs) == ["a"]
