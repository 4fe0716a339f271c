"""State the recorded reproductions of some runs in one line: how often, when, on which hardware, with which result."""

from __future__ import annotations

from compiler.base.printable import printable_line
from compiler.reproduction.reproduction import REPRODUCED
from compiler.reproduction.summary import Summary


def badge(summary: Summary) -> str:
    """Return the line, "" if no reproduction counts."""
    if summary.last is None:
        return ""
    hardware = f" on {summary.last.machine}" if summary.last.machine else ""
    last = f"last {summary.last.time:%Y-%m-%d %H:%M} UTC{hardware}"
    causes = dict.fromkeys(str(made.cause) for made in summary.latest if made.cause is not None)
    cause = f" ({'; '.join(causes)})" if causes else ""
    return printable_line(f"{_extent(summary)}; {last}; result: {summary.result}{cause}")


def _extent(summary: Summary) -> str:
    share = f"{len(summary.reproduced_runs)} of {len(summary.runs)} completed runs"
    if summary.result not in REPRODUCED:
        return f"not reproduced: {share} agree with their latest repetition"
    if not summary.is_reproduced:
        return f"reproduced in part: {share}"
    return f"reproduced {summary.times} time{'' if summary.times == 1 else 's'}"
