"""Print tables and texts to standard output, and define the style that they share. Programs use `--json` instead."""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.table import Table

MAX_LISTED = 12  # items of a list; the remaining ones are counted
STATE_STYLES = {"done": "green", "failed": "red", "running": "cyan", "stale": "yellow", "waiting": "dim"}
_PIPED_WIDTH = 160  # columns, if the output is no terminal


def print_rich(content: RenderableType) -> None:
    """Print to standard output, with colours only on a terminal."""
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    console.width = console.width if console.is_terminal else _PIPED_WIDTH
    console.print(content)


def new_table(*columns: str) -> Table:
    """Return an empty table without lines, whose long cells are wrapped."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
