"""Render what can be deleted, or was deleted, for people."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.run_table.render_run import size_text
from compiler.view.rich_output import MAX_LISTED, new_table
from lab.cleanup.garbage import Collection


def collection_view(collection: Collection, lab: Lab) -> RenderableType:
    """Return a table of the garbage, its total size, and the orphan runs that are kept."""
    table = new_table("kind", "size", "path")
    for item in collection.garbage:
        table.add_row(item.kind, size_text(item.size), printable_line(item.path.relative_to(lab.root).as_posix()))
    kept = list(collection.kept.items())
    lines = [Text(printable_line(f"kept: {run}, {reason}"), "dim") for run, reason in kept[:MAX_LISTED]]
    if len(kept) > MAX_LISTED:
        lines.append(Text(f"kept: and {len(kept) - MAX_LISTED} more orphan runs (--json lists all)", "dim"))
    total = Text(f"{len(collection.garbage)} items, {size_text(collection.size)}")
    return Group(*([table] if collection.garbage else []), total, *lines)
