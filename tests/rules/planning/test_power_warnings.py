"""Warnings before the runs: a test that no outcome could decide, and a power under one half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.plan.design import PlannedClaim, PlannedLooks, PlannedTest
from compiler.plan.model import PlannedExperiment
from rules.planning.power_warnings import power_warnings
from tests.plans import plan_of, planned_experiment, planned_search
from tests.run_files import write_run


def experiment(seeds: int, *, plan: dict[str, float] | None = None, **test: Any) -> PlannedExperiment:
    claim = PlannedClaim("superiority", 2, 0.1, "accuracy", "maximize")
    planned = PlannedTest("accuracy", "maximize", "lr", 1, 2, 0.05, 0.1, False, claims=(claim,))
    for name, value in test.items():
        object.__setattr__(planned, name, value)
    settings = {f"{lr}-{seed}": {"lr": lr, "seed": seed} for lr in (1, 2) for seed in range(seeds)}
    spec = {"hypothesis": "H.", "compare": {"plan": plan} if plan else {}}
    return planned_experiment("study", settings, test=planned, spec=spec)


def parent_of_three_runs(lab: Lab, *accuracies: float) -> PlannedExperiment:
    for number, accuracy in enumerate(accuracies):
        write_run(lab, f"p{number}", accuracy)
    return planned_experiment("older", {f"p{number}": {"seed": number} for number in range(3)})


def warnings(lab: Lab, child: PlannedExperiment, parent: PlannedExperiment | None = None) -> list[str]:
    plan = plan_of(child, *([parent] if parent else []), parents={"study": "older"} if parent else {})
    return list(power_warnings(lab, plan, child))


@pytest.mark.parametrize(
    ("planned", "message"),
    [
        pytest.param(
            experiment(3),
            "0.05 with these runs (it takes 4 seeds of each setting)",
            id="too few seeds",
        ),
        pytest.param(
            experiment(1, alpha=0.001),
            "0.001 with these runs (it takes 7 seeds of each setting)",
            id="a small alpha",
        ),
        pytest.param(
            experiment(4, looks=PlannedLooks((2, 3), "obrien_fleming")),
            "0.04627 with these runs (it takes 4 seeds of each setting)",
            id="planned looks that end too early",
        ),
        pytest.param(
            experiment(4, alpha=1e-9),
            "1e-09 with these runs (change the test)",
            id="no number of seeds suffices",
        ),
    ],
)
def test_a_test_that_no_outcome_can_decide_is_named(tmp_path: Path, planned: PlannedExperiment, message: str) -> None:
    assert warnings(Lab(tmp_path), planned) == [
        f"study: no outcome of the registered test could reach alpha = {message}"
    ]


@pytest.mark.parametrize(
    "planned",
    [
        pytest.param(experiment(4), id="decidable, and no standard deviation is known"),
        pytest.param(experiment(5, plan={"sd": 0.02}), id="high power"),
        pytest.param(planned_experiment("study", {"a": {}}), id="no test"),
    ],
)
def test_nothing_is_reported_without_a_problem(tmp_path: Path, planned: PlannedExperiment) -> None:
    assert warnings(Lab(tmp_path), planned) == []


def test_low_power_is_reported_with_the_assumptions(tmp_path: Path) -> None:
    (line,) = warnings(Lab(tmp_path), experiment(5, plan={"sd": 0.2}))
    assert line.startswith("study: the power of the registered test is about 0.")
    assert (
        "for a true improvement of 0.2 (twice the minimum effect) and sd 0.2 (compare.plan.sd)"
        " (proband plan study shows what it takes)"
    ) in line


def test_a_finished_parent_gives_the_standard_deviation(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    (line,) = warnings(lab, experiment(5), parent_of_three_runs(lab, 0.1, 0.3, 0.5))
    assert "sd 0.2 (3 finished runs of older, within equal settings)" in line


def test_a_parent_that_is_not_finished_gives_no_warning(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    assert warnings(lab, experiment(5), parent_of_three_runs(lab, 0.1, 0.9)) == []


def test_the_power_of_finished_runs_is_not_reported(tmp_path: Path) -> None:
    lab, planned = Lab(tmp_path), experiment(5, plan={"sd": 0.2})
    for run in planned.runs:
        write_run(lab, run, 0.5)
    assert warnings(lab, planned) == []


def test_a_search_has_no_warning(tmp_path: Path) -> None:
    planned = experiment(2)
    object.__setattr__(planned, "search", planned_search())
    assert warnings(Lab(tmp_path), planned) == []
