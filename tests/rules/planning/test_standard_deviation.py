"""The standard deviation of finished runs is pooled within equal settings."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from compiler.base.paths import Lab
from compiler.plan.model import PlannedExperiment
from rules.planning.standard_deviation import mean_seconds, measured, stated
from tests.plans import planned_experiment
from tests.run_files import write_run

VALUES = {"a0": 1.0, "a1": 3.0, "b0": 10.0, "b1": 14.0, "b2": 12.0}  # sd 1.414 and 2


def experiment(values: dict[str, float | None]) -> PlannedExperiment:
    return planned_experiment(settings={run: {"lr": run[0], "seed": int(run[1])} for run in values})


def lab_with(folder: Path, values: dict[str, float | None]) -> Lab:
    lab = Lab(folder)
    for run, value in values.items():
        write_run(lab, run, value, "failed" if value is None else "completed")
    return lab


def test_variances_within_equal_settings_are_pooled(tmp_path: Path) -> None:
    sd = measured(lab_with(tmp_path, VALUES), experiment(VALUES), ["accuracy"])
    assert sd is not None
    assert sd.by_metric == {"accuracy": pytest.approx(math.sqrt((1 * 2 + 2 * 4) / 3))}
    assert sd.source == "5 finished runs of study, within equal settings"


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="no runs"),
        pytest.param({"a0": 1.0, "b0": 2.0}, id="one run of each setting"),
        pytest.param({"a0": 1.0, "a1": None}, id="one run completed"),
        pytest.param({"a0": 1.0, "a1": 1.0}, id="no variation"),
    ],
)
def test_no_standard_deviation_is_guessed(tmp_path: Path, values: dict[str, float | None]) -> None:
    assert measured(lab_with(tmp_path, values), experiment(values), ["accuracy"]) is None


def test_every_metric_needs_its_own_standard_deviation(tmp_path: Path) -> None:
    assert measured(lab_with(tmp_path, VALUES), experiment(VALUES), ["accuracy", "loss"]) is None


def test_a_run_that_is_missing_is_not_counted(tmp_path: Path) -> None:
    sd = measured(lab_with(tmp_path, {"a0": 1.0, "a1": 3.0}), experiment(VALUES), ["accuracy"])
    assert sd is not None
    assert sd.by_metric == {"accuracy": pytest.approx(math.sqrt(2))}


def test_a_stated_value_holds_for_all_metrics() -> None:
    assert stated(0.5, ["accuracy", "loss"], "--sd").by_metric == {"accuracy": 0.5, "loss": 0.5}


def test_the_duration_is_that_of_completed_runs(tmp_path: Path) -> None:
    values: dict[str, float | None] = {"a0": 1.0, "a1": None}
    assert mean_seconds(lab_with(tmp_path, values), experiment(values)) == 2.0
    assert mean_seconds(Lab(tmp_path / "empty"), experiment(values)) is None
