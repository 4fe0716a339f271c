"""A point states the metrics of its run, or whether the run itself or the machine failed."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compiler.base.paths import Lab
from compiler.experiment.planned_point import PlannedPoint
from rules.results.evaluation.points import compared_points
from tests.run_files import write_run


@pytest.mark.parametrize(
    ("status", "kind", "failure"),
    [
        ("completed", "", None),
        ("failed", "non_finite", "run"),
        ("failed", "error", "run"),
        ("failed", "killed", "machine"),
        ("failed", "no_space", "machine"),
        ("failed", "out_of_memory", "machine"),
    ],
)
def test_failure_is_that_of_the_run_or_of_the_machine(
    tmp_path: Path, status: str, kind: str, failure: str | None
) -> None:
    run = write_run(Lab(tmp_path), "r1", 0.9 if status == "completed" else None, status, kind=kind)
    experiment: Any = SimpleNamespace(points=(PlannedPoint("seed=1", {"seed": 1}, "r1"),))
    (point,) = compared_points(experiment, {"r1": run})
    assert point["failure"] == failure
    assert (point["metrics"] is None) == (failure is not None)
    assert (point["run_id"], point["levels"], point["predictions"]) == ("r1", {"seed": 1}, None)
