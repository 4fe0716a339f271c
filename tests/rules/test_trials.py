"""What trials came to, and how it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs import write_run

from compiler.base.paths import Lab
from compiler.plan.planned_search import PlannedSearch, PlannedTrial
from rules.results.deliverable_check import best_arm
from rules.results.run_record import RunRecord
from rules.results.search_results import best_trial, finished_trials, search_payload
from tests.plans import planned_experiment, planned_search

VALUES = {"a": 0.7, "b": 0.9, "c": None, "d": 0.6, "e": None, "f": None}


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, RunRecord]:
    return {
        name: write_run(Lab(tmp_path), name, value, "completed" if value else "failed")
        for name, value in VALUES.items()
    }


def search(*trials: str, goal: str = "maximize") -> PlannedSearch:
    """A search whose trials are given by the letters of their runs."""
    return planned_search(*(PlannedTrial(n, 1, {"lr": n}, tuple(runs)) for n, runs in enumerate(trials)), goal=goal)


@pytest.mark.parametrize(
    ("trial", "value", "status"),
    [
        pytest.param("ab", 0.8, "completed", id="the mean of its runs"),
        pytest.param("bc", 0.9, "completed", id="a failed run is left out"),
        pytest.param("ce", None, "failed", id="all failed"),
    ],
)
def test_the_value_of_a_trial(trial: str, value: float | None, status: str, runs: dict[str, RunRecord]) -> None:
    (one,) = finished_trials(search(trial), runs)
    assert (one["value"], one["status"]) == (pytest.approx(value) if value else None, status)


@pytest.mark.parametrize(
    ("goal", "best", "so_far"),
    [("maximize", 2, [None, 0.7, 0.9, 0.9, 0.9]), ("minimize", 3, [None, 0.7, 0.7, 0.6, 0.6])],
)
def test_the_payload_of_a_search(goal: str, best: int, so_far: list[float], runs: dict[str, RunRecord]) -> None:
    about = search("c", "a", "b", "d", "a", goal=goal)
    found = search_payload(about, runs)
    assert found is not None
    assert (found["best"]["number"], found["best_so_far"]) == (best, so_far)
    assert found["runs"] == 4, "a trial that repeats another costs no run"
    entry = planned_experiment("study", {name: {"lr": 1} for name in VALUES}, search=about)
    assert best_arm(entry, runs) == list(about.trials[best].runs)


def test_a_search_whose_trials_all_failed_has_no_best(runs: dict[str, RunRecord]) -> None:
    about = search("c", "ef")
    assert best_trial(about, finished_trials(about, runs)) is None
    assert search_payload(about, runs)["best"] is None  # type: ignore[index]


def test_an_experiment_without_a_search_has_none() -> None:
    assert search_payload(None, {}) is None
