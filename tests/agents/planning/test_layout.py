"""The layout of an experiment keeps its settings when seeds are added or removed."""

from __future__ import annotations

from typing import Any

import pytest

from agents.planning.layout import layout_of, planned_observations
from agents.registered_test.claims import RegisteredTest

TEST = RegisteredTest("accuracy", "maximize", "lr", "1", "2")


def grid(**levels: list[Any]) -> list[dict[str, Any]]:
    points: list[dict[str, Any]] = [{}]
    for key, values in levels.items():
        points = [point | {key: value} for point in points for value in values]
    return points


def test_layout_has_a_cell_for_each_setting_without_its_seed() -> None:
    layout = layout_of(grid(lr=[1, 2], depth=[3, 4], seed=[0, 1, 2]))
    assert [cell.settings for cell in layout.cells] == grid(lr=[1, 2], depth=[3, 4])
    assert (layout.seeds, layout.runs) == (3, 12)


@pytest.mark.parametrize(
    ("seeds", "count", "expected"),
    [
        pytest.param([0, 1, 2], 2, [0, 1], id="fewer"),
        pytest.param([0, 1, 2], 5, [0, 1, 2, 3, 4], id="more"),
        pytest.param([7, 1], 4, [7, 1, 0, 2], id="seeds of the spec first"),
    ],
)
def test_seeds_are_kept_and_added(seeds: list[int], count: int, expected: list[int]) -> None:
    layout = layout_of(grid(lr=[1, 2], seed=seeds)).with_seeds(count)
    assert [list(cell.seeds) for cell in layout.cells] == [expected, expected]
    assert layout.points() == [{"lr": lr, "seed": seed} for seed in expected for lr in (1, 2)]


def test_points_with_equal_settings_count_once() -> None:
    assert layout_of([*grid(lr=[1, 2], seed=[0]), *grid(lr=[1], seed=[0])]).runs == 2


def test_an_experiment_without_seeds_gets_them() -> None:
    layout = layout_of(grid(lr=[1, 2]))
    assert (layout.seeds, layout.points()) == (1, grid(lr=[1, 2]))
    assert layout.with_seeds(2).points() == [{"lr": lr, "seed": seed} for seed in (0, 1) for lr in (1, 2)]


def test_seeds_of_unequal_cells_are_those_of_the_smallest() -> None:
    layout = layout_of([*grid(lr=[1], seed=[0, 1, 2]), *grid(lr=[2], seed=[0, 1])])
    assert (layout.seeds, layout.runs) == (2, 5)


def test_observations_are_the_runs_of_the_arms() -> None:
    runs = planned_observations(TEST, layout_of([*grid(lr=[1, 2], seed=[0, 1]), {"depth": 3, "seed": 0}]))
    assert [(run.level, run.settings["seed"]) for run in runs] == [("1", "0"), ("2", "0"), ("1", "1"), ("2", "1")]
