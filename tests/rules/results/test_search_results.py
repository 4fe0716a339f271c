"""The value of a trial is the mean over its completed runs, and the best trial is reported with its history."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.planned_search import PlannedSearch, PlannedTrial
from rules.results.arms import best_arm
from rules.results.run_record import RunRecord
from rules.results.search_results import best_trial, finished_trials, search_results
from tests.plans import planned_experiment, planned_search
from tests.run_files import write_run

ACCURACIES = {"a": 0.7, "b": 0.9, "c": None, "d": 0.6, "e": None, "f": None}


@pytest.fixture
def runs(tmp_path: Path) -> dict[str, RunRecord]:
    return {
        name: write_run(Lab(tmp_path), name, accuracy, "completed" if accuracy else "failed")
        for name, accuracy in ACCURACIES.items()
    }


def search_with(*trials: str, goal: str = "maximize") -> PlannedSearch:
    """Return a search whose trials are given by the letters of their runs."""
    return planned_search(*(PlannedTrial(n, 1, {"lr": n}, tuple(runs)) for n, runs in enumerate(trials)), goal=goal)


@pytest.mark.parametrize(
    ("letters", "value", "status"),
    [
        pytest.param("ab", 0.8, "completed", id="mean of its runs"),
        pytest.param("bc", 0.9, "completed", id="failed run is excluded"),
        pytest.param("ce", None, "failed", id="all runs failed"),
    ],
)
def test_value_of_a_trial_is_the_mean_of_its_completed_runs(
    letters: str, value: float | None, status: str, runs: dict[str, RunRecord]
) -> None:
    (trial,) = finished_trials(search_with(letters), runs)
    assert (trial.value, trial.status) == (pytest.approx(value) if value else None, status)


@pytest.mark.parametrize(
    ("goal", "best", "best_so_far"),
    [("maximize", 2, (None, 0.7, 0.9, 0.9, 0.9)), ("minimize", 3, (None, 0.7, 0.7, 0.6, 0.6))],
)
def test_results_contain_the_best_trial_and_the_best_value_after_each_trial(
    goal: str, best: int, best_so_far: tuple[float | None, ...], runs: dict[str, RunRecord]
) -> None:
    search = search_with("c", "a", "b", "d", "a", goal=goal)
    results = search_results(search, runs)
    assert results.best is not None
    assert (results.best.number, results.best_so_far) == (best, best_so_far)
    assert results.runs == 4, "a repeated trial adds no run"
    experiment = planned_experiment("study", {name: {"lr": 1} for name in ACCURACIES}, search=search)
    assert best_arm(experiment, runs) == list(search.trials[best].runs)


def test_search_without_a_completed_trial_has_no_best(runs: dict[str, RunRecord]) -> None:
    search = search_with("c", "ef")
    assert best_trial(search, finished_trials(search, runs)) is None
    assert search_results(search, runs).best is None
