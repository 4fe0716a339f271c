"""Print tables and texts to standard output, and define the style that they share. Programs use `--json` instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table

from compiler.base.printable import printable

MAX_LISTED = 12  # items of a list; the remaining ones are counted
STATE_STYLES = {"done": "green", "failed": "red", "running": "cyan", "stale": "yellow", "waiting": "dim"}
_PIPED_WIDTH = 160  # columns, if the output is no terminal


class PrintableConsole(Console):
    """Prints the texts of tables with their control characters as escapes, because they come from files of a lab."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def new_console(**settings: Any) -> Console:
    """Return a console that interprets no markup in texts."""
    return PrintableConsole(highlight=False, markup=False, emoji=False, **settings)


def print_rich(content: RenderableType) -> None:
    """Print to standard output, with colours only on a terminal."""
    console = new_console(soft_wrap=True)
    console.width = console.width if console.is_terminal else _PIPED_WIDTH
    console.print(content)


def new_table(*columns: str) -> Table:
    """Return an empty table without lines, whose long cells are wrapped."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
