"""Find a run by the name that a user gives, and select the best run of an experiment."""

from __future__ import annotations

import pytest

from compiler.base.diagnostics import InputError
from compiler.run_table.best_run import NoBestRun, best_run
from compiler.run_table.find_run import NoSuchRun, find_run
from compiler.run_table.run_row import PointOfRun, RunRow
from tests.plans import TEST, planned_experiment, planned_search

ROWS = [
    RunRow("3a0000000001", "done", points_of_run=(PointOfRun("lr", "lr=0.1,seed=0"), PointOfRun("one", "base"))),
    RunRow("3b0000000002", "done", points_of_run=(PointOfRun("lr", "lr=0.2,seed=0"),)),
    RunRow("4c0000000003", "failed", points_of_run=(PointOfRun("two", "base"),)),
    RunRow("deadbeef0000", "done"),
]


@pytest.mark.parametrize(
    ("name", "run"),
    [
        pytest.param("3a0000000001", "3a0000000001", id="id"),
        pytest.param("4", "4c0000000003", id="beginning of an id"),
        pytest.param("dead", "deadbeef0000", id="orphan"),
        pytest.param("lr=0.2,seed=0", "3b0000000002", id="point"),
        pytest.param("two/base", "4c0000000003", id="experiment and point"),
        pytest.param("results/runs/3b0000000002/", "3b0000000002", id="folder of the run"),
        pytest.param("/lab/results/experiments/one/runs/base", "3a0000000001", id="link to the run"),
    ],
)
def test_run_is_found(name: str, run: str) -> None:
    assert find_run(ROWS, name).run == run


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("3", "2 runs are called '3': 3a0000000001 (lr/lr=0.1,seed=0, one/base), 3b", id="two ids"),
        pytest.param("base", "2 runs are called 'base'", id="two points"),
        pytest.param("../../x", "no run is called '../../x'", id="path"),
        pytest.param("lr=0.1,seed=1", "did you mean 'lr=0.1,seed=0'?", id="misspelt point"),
        pytest.param("", "no run is called ''", id="empty"),
        pytest.param("lr/base", "no run is called 'lr/base'", id="point of another experiment"),
    ],
)
def test_run_is_not_found(name: str, message: str) -> None:
    with pytest.raises(NoSuchRun) as missing:
        find_run(ROWS, name)
    assert message in str(missing.value)


def measured(run: str, state: str = "done", **metrics: float) -> RunRow:
    return RunRow(run, state, metrics=metrics)  # type: ignore[arg-type]


STUDY = planned_experiment("study", {"a": {}}, test=TEST)
RUNS = [measured("a", accuracy=0.5, loss=2.0), measured("b", accuracy=0.7, loss=3.0), measured("c", accuracy=0.7)]


def test_best_run_has_the_best_value_of_the_registered_metric_and_is_the_first_of_equal_ones() -> None:
    best = best_run(STUDY, RUNS)
    assert (best.row.run, best.value, best.metric, best.goal, best.candidates) == ("b", 0.7, "accuracy", "maximize", 3)
    assert "selection bias" in best.note


def test_best_run_by_another_metric_needs_its_goal() -> None:
    assert best_run(STUDY, RUNS, "loss", "minimize").row.run == "a"
    with pytest.raises(InputError, match="add --goal maximize or minimize"):
        best_run(STUDY, RUNS, "loss")


def test_search_has_an_objective() -> None:
    search = planned_search(metric="loss", goal="minimize")
    assert best_run(planned_experiment("study", {}, search=search), RUNS).row.run == "a"


def test_single_run_needs_no_selection() -> None:
    assert best_run(planned_experiment(), RUNS[:1]).note == "the only run of study that has accuracy"


def test_failed_running_and_stale_runs_are_never_the_best() -> None:
    others = [measured("d", state, accuracy=0.99) for state in ("failed", "running", "stale")]
    assert best_run(STUDY, [*RUNS, *others]).row.run == "b"
    assert best_run(STUDY, [*RUNS, *others], includes_stale=True).row.state == "stale"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        pytest.param([], "its runs: none", id="no runs"),
        pytest.param([measured("a", "failed")] * 2, "its runs: 2 failed", id="all failed"),
        pytest.param([measured("a", "stale", accuracy=1)], "build it again, or add --stale", id="all stale"),
        pytest.param([measured("a", acuracy=1)], "did you mean 'acuracy'?", id="other metric"),
    ],
)
def test_no_run_can_be_the_best(rows: list[RunRow], message: str) -> None:
    with pytest.raises(NoBestRun) as missing:
        best_run(STUDY, rows)
    assert message in str(missing.value)
