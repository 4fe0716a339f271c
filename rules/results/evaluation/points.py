"""Return the points of an experiment as its registered test reads them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from compiler.experiment.planned_point import PlannedPoint
from compiler.plan.model import PlannedExperiment
from lightning_modules.failures.kinds import is_machine_failure
from rules.results.run_record import RunRecord


def compared_points(experiment: PlannedExperiment, runs: Mapping[str, RunRecord]) -> list[dict[str, Any]]:
    """Return all points with the metrics of their runs."""
    return [_compared_point(point, runs[point.run]) for point in experiment.points]


def registered_points(points: Collection[Mapping[str, Any]], known_runs: Collection[str]) -> list[Mapping[str, Any]]:
    """Return the points without those whose runs were known before the registration."""
    known = set(known_runs)
    return [point for point in points if point["run_id"] not in known]


def _compared_point(point: PlannedPoint, run: RunRecord) -> dict[str, Any]:
    """Return the point with the metrics of its run, or with what made the run fail: the run itself or the machine."""
    predictions = run.folder / "output" / "predictions.npz"
    failure = "machine" if is_machine_failure(run.status) else "run"
    return {
        "run_id": point.run,
        "levels": point.overrides,
        "metrics": dict(run.metrics) if run.is_completed else None,
        "failure": None if run.is_completed else failure,
        "predictions": predictions if predictions.exists() else None,
    }
