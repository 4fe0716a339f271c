"""Render runs as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from compiler.base.printable import printable_line
from compiler.run_table.columns import Column
from compiler.run_table.run_row import RunRow
from compiler.view.rich_output import STATE_STYLES, new_table


def runs_table(rows: Sequence[RunRow], columns: Mapping[str, Column]) -> RenderableType:
    table = new_table(*map(printable_line, columns))
    for row in rows:
        table.add_row(*(_cell(title, column(row), row) for title, column in columns.items()))
    return table


def value_text(value: Any) -> str:
    """Return a value for people: numbers with at most six significant digits, nothing for a missing value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(value_text, value))
    return printable_line(str(value))


def _cell(title: str, value: Any, row: RunRow) -> Text:
    if title == "state":
        return Text(row.state, STATE_STYLES[row.state])
    if title == "experiments" and row.orphan:
        return Text("(orphan)", "dim")
    return Text(value_text(value))
