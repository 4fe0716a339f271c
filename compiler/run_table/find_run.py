"""Find the run that a user names: by id, by the beginning of its id, or by the name of a point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeVar

from compiler.base.diagnostics import InputError, did_you_mean
from compiler.run_table.run_row import NamedRun

_MAX_LISTED = 5
Run = TypeVar("Run", bound=NamedRun)


class NoSuchRun(InputError):
    """No run has the name, or several have it."""


def find_run(rows: Sequence[Run], name: str) -> Run:
    """Return the run of an id, the beginning of an id, a point, `EXPERIMENT/POINT`, or the path of its folder.

    Raises:
        NoSuchRun: No run has the name, or several have it.
    """
    matches = [row for row in rows if row.run == name] or _by_point(rows, name) or _by_prefix(rows, name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = ", ".join(_described(row) for row in matches[:_MAX_LISTED])
        more = f" and {len(matches) - _MAX_LISTED} more" if len(matches) > _MAX_LISTED else ""
        raise NoSuchRun(f"{len(matches)} runs are called '{name}': {listed}{more} (give the id)")
    names = {row.run for row in rows} | {point.name for row in rows for point in row.points_of_run}
    hint = did_you_mean(name, names) if len(names) <= 1000 else ""
    raise NoSuchRun(f"no run is called '{name}'" + (f" ({hint})" if hint else " (proband runs lists all runs)"))


def _by_point(rows: Sequence[Run], name: str) -> list[Run]:
    """Return the runs of a point; in `results/experiments/EXPERIMENT/runs/POINT` only the names count."""
    parts = [part for part in PurePath(name).parts if part != "runs"]
    experiment = parts[-2] if len(parts) > 1 else None
    return (
        [
            row
            for row in rows
            if any(point.name == parts[-1] and experiment in (None, point.experiment) for point in row.points_of_run)
        ]
        if parts
        else []
    )


def _by_prefix(rows: Sequence[Run], name: str) -> list[Run]:
    parts = PurePath(name).parts
    prefix = parts[-1] if len(parts) == 1 or parts[-2:-1] == ("runs",) else ""
    return [row for row in rows if prefix and row.run.startswith(prefix)]


def _described(row: NamedRun) -> str:
    points = [f"{point.experiment}/{point.name}" for point in row.points_of_run[:2]]
    return f"{row.run} ({', '.join(points) or 'orphan'})"
