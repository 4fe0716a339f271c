"""Render the queue for people."""

from __future__ import annotations

from collections import Counter

from rich.console import Group, RenderableType
from rich.text import Text

from compiler.base.printable import printable_line
from compiler.view.rich_output import MAX_LISTED, new_table
from lab.queue.listing import Listing

_STYLES = {"waiting": "dim", "running": "cyan", "stopping": "yellow", "completed": "green", "failed": "red"}


def queue_view(listing: Listing, hold: str | None, lists_finished: bool) -> RenderableType:
    """Return a table of the jobs in the order of their start, the hold, and the files that are no jobs."""
    table = new_table("job", "experiment", "priority", "state", "worker or problem")
    listed = [job for job in listing.jobs if lists_finished or job.state not in ("completed", "failed")]
    for job in listed:
        cells = (job.job.name, job.job.experiment_id or "?", job.job.priority, job.state)
        note = printable_line(job.worker or job.problem or "")
        table.add_row(*(Text(printable_line(cell)) for cell in cells[:3]), Text(job.state, _STYLES[job.state]), note)
    counts: Counter[str] = Counter(job.state for job in listing.jobs)
    lines = [Text(", ".join(f"{counts[state]} {state}" for state in _STYLES if counts[state]) or "no jobs")]
    if hold is not None:
        lines.append(Text(printable_line(hold), "yellow"))
    ignored = ", ".join(map(printable_line, listing.ignored[:MAX_LISTED]))
    if ignored:
        lines.append(Text(f"no jobs, ignored: {ignored}{', …' if len(listing.ignored) > MAX_LISTED else ''}", "dim"))
    return Group(*([table] if listed else []), *lines)
