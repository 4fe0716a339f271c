"""Read the runs of a lab as rows: those that the plan contains, and those that are only in the run store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.nested import mapping_leaves
from compiler.base.paths import Lab
from compiler.plan.model import Plan
from compiler.run_table.run_row import PointOfRun, RunName, RunRow
from compiler.runs.run_id_pattern import RUN_ID
from compiler.runs.run_metrics import run_metrics
from compiler.view.status import run_state


def read_rows(lab: Lab, plan: Plan) -> tuple[RunRow, ...]:
    """Return a row for each run, in the order of the plan. Orphan runs are last, in the order of their ids."""
    return tuple(read_row(lab, plan, name) for name in run_names(lab, plan))


def run_names(lab: Lab, plan: Plan) -> tuple[RunName, ...]:
    """Return the runs that `read_rows` reads, in the same order, without reading their files."""
    points = points_by_run(lab, plan)
    orphans = [run for run in stored_runs(lab) if run not in points]
    return tuple(RunName(run, points.get(run, ())) for run in (*points, *orphans))


def rows_of(rows: Iterable[RunRow], experiment_id: str) -> tuple[RunRow, ...]:
    """Return the runs of an experiment, which show only its own points."""
    return tuple(replace(row, listed_for=experiment_id) for row in rows if experiment_id in row.experiments)


def points_by_run(lab: Lab, plan: Plan) -> dict[str, tuple[PointOfRun, ...]]:
    """Return the points that name each run. The points of a spec that does not compile are those of its last build."""
    points: dict[str, tuple[PointOfRun, ...]] = {}
    for experiment in plan.experiments.values():
        for point in experiment.points:
            added = PointOfRun(experiment.id, point.name, point.overrides)
            points[point.run] = (*points.get(point.run, ()), added)
    for name in plan.broken:
        for run, added in _recorded_points(lab, name):
            points[run] = (*points.get(run, ()), added)
    return points


def stored_runs(lab: Lab) -> list[str]:
    """Return the ids of the runs that have a folder in the run store, unfinished runs included."""
    folders = [*_folders(lab.run("")), *_folders(lab.partial_run(""))]
    return sorted({name for name in folders if RUN_ID.fullmatch(name)})


def _folders(store: Path) -> Iterator[str]:
    return (entry.name for entry in store.iterdir() if entry.is_dir()) if store.is_dir() else iter(())


def _recorded_points(lab: Lab, experiment_id: str) -> Iterator[tuple[str, PointOfRun]]:
    content = readable_object(lab.experiment(experiment_id) / "experiment.json") or {}
    points = content.get("points")
    for point in points if isinstance(points, list) else ():
        if isinstance(point, dict) and RUN_ID.fullmatch(str(point.get("run"))):
            overrides = point.get("overrides")
            yield (
                point["run"],
                PointOfRun(experiment_id, str(point.get("name")), overrides if isinstance(overrides, dict) else {}),
            )


def read_row(lab: Lab, plan: Plan, name: RunName) -> RunRow:
    """Return the row of one run."""
    run, points = name.run, name.points_of_run
    planned = plan.runs.get(run)
    state = run_state(lab, run, planned.fingerprint if planned else None)
    status = readable_object(lab.status(run))
    is_damaged = status is not None and status.get("status") not in ("completed", "failed")
    status = status or {}
    return RunRow(
        run,
        "failed" if is_damaged and state.state != "running" else state.state,
        f"{lab.status(run).relative_to(lab.root)} is damaged" if is_damaged else state.reason,
        points,
        _parameters(lab, run, points),
        run_metrics(lab.run(run)) if status else {},
        _of_type(status.get("attempt"), int),
        _of_type(status.get("started_at"), str),
        _of_type(status.get("completed_at"), str),
        _of_type(status.get("duration_seconds"), float, int),
    )


def _parameters(lab: Lab, run: str, points: tuple[PointOfRun, ...]) -> dict[str, Any]:
    """Return the resolved config of a run by dotted key, and the values that its points set."""
    stored = readable_object(lab.run(run) / "config.json") or readable_object(lab.run_job(run)) or {}
    config = stored.get("config")
    leaves: Mapping[str, Any] = (
        {".".join(map(str, path)): value for path, value in mapping_leaves(config)} if isinstance(config, dict) else {}
    )
    overrides = {key: value for point in points for key, value in point.overrides.items()}
    return {**overrides, **leaves}


def _of_type(value: Any, *types: type) -> Any:
    """Return a value of a status file, None if it is of another type."""
    return value if isinstance(value, types) and not isinstance(value, bool) else None
