"""Render a single run, and the best run of an experiment, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from compiler.run_table.best_run import BestRun
from compiler.run_table.provenance_rows import provenance_rows
from compiler.run_table.render_rows import value_text
from compiler.run_table.run_details import RunDetails
from compiler.view.rich_output import STATE_STYLES, new_table

_UNITS = ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB"))


def best_view(best: BestRun, details: RunDetails) -> RenderableType:
    """Return the value of the best run, the values that its points set, and its folder."""
    overrides = {key: value for point in best.row.shown_points for key, value in point.overrides.items()}
    rows = {
        "run": best.row.run,
        "state": best.row.state,
        best.metric: best.value,
        **overrides,
        "folder": details.folder,
    }
    return _pairs(rows)


def run_view(details: RunDetails) -> RenderableType:
    """Return a run with all its values, in one table for each kind."""
    row = details.row
    points = [f"{point.experiment}/{point.name}" for point in row.points_of_run] or ["(orphan)"]
    head = {
        "run": row.run,
        "state": row.state,
        "points": points,
        "folder": details.folder,
        "attempt": row.attempt,
        "started": row.started_at,
        "completed": row.completed_at,
        "seconds": row.duration_seconds,
        **provenance_rows(details.provenance, details.packages),
    }
    parts = [_pairs({key: value for key, value in head.items() if value is not None}), *_problem(details)]
    sizes = {path: size_text(size) for path, size in details.artifacts.items()}
    for title, values in (
        ("metrics", row.metrics),
        ("parameters", row.parameters),
        ("data", details.data),
        ("files", sizes),
    ):
        if values:
            parts += [Text(f"\n{title}", "bold"), _pairs(values)]
    return Group(*parts)


def _pairs(values: Mapping[str, Any]) -> RenderableType:
    table = new_table("", "")
    table.show_header = False
    for key, value in sorted(values.items()) if "run" not in values else values.items():
        table.add_row(key, Text(value_text(value), STATE_STYLES.get(value, "") if key == "state" else ""))
    return table


def _problem(details: RunDetails) -> Iterator[RenderableType]:
    """Yield why the run failed, and what to do about it."""
    if details.row.reason:
        yield Text(details.row.reason, STATE_STYLES[details.row.state])
    hint = (details.error or {}).get("hint")
    if hint:
        yield Text(str(hint))
    if details.error:
        yield Text(f"traceback in {details.folder}/status.json, output in {details.folder}/train.log", "dim")


def size_text(size: int) -> str:
    """Return a size for people, such as `1.5 MiB`."""
    return next((f"{size / factor:.1f} {unit}" for factor, unit in _UNITS if size >= factor), f"{size} B")
