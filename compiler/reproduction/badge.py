"""State the recorded reproductions of some runs in one line: how often, when, on which hardware, with which result."""

from __future__ import annotations

from typing import Any

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.reproduction.read_records import record_files, reproductions
from compiler.reproduction.reproduction import REPRODUCED
from compiler.reproduction.summary import Summary
from compiler.runs.run_status import read_complete_status


def stored_reproductions(lab: Lab, runs: list[str]) -> Summary:
    """Return the reproductions of those of the runs that completed. In a lab without records, no run is read.

    Records of runs that are not in the run store are among the damaged files.
    """
    if not record_files(lab):
        return Summary((), ())
    statuses = {run: read_complete_status(lab.status(run)) for run in runs}
    completed = tuple(run for run, status in statuses.items() if status and status.is_completed)
    summary = reproductions(lab, runs)
    return Summary(completed, tuple(made for made in summary.counted if made.run_id in completed), summary.damaged)


def badge(summary: Summary) -> str:
    """Return the line, "" if no reproduction counts."""
    if summary.last is None:
        return ""
    hardware = f" on {summary.last.machine}" if summary.last.machine else ""
    last = f"last {summary.last.time:%Y-%m-%d %H:%M} UTC{hardware}"
    cause = f" ({'; '.join(summary.causes)})" if summary.causes else ""
    return printable_line(f"{_extent(summary)}; {last}; result: {summary.result}{cause}")


def badge_json(summary: Summary) -> dict[str, Any] | None:
    """Return the values of the line for programs, None if no reproduction counts."""
    if summary.last is None:
        return None
    return {
        "times": summary.times,
        "reproduced_runs": len(summary.reproduced_runs),
        "runs": len(summary.runs),
        "last": summary.last.at,
        "hardware": str(summary.last.machine) if summary.last.machine else None,
        "result": summary.result,
        "text": badge(summary),
    }


def _extent(summary: Summary) -> str:
    share = f"{len(summary.reproduced_runs)} of {len(summary.runs)} completed runs"
    if summary.result not in REPRODUCED:
        return f"not reproduced: {share} agree with their latest repetition"
    if not summary.is_reproduced:
        return f"reproduced in part: {share}"
    return f"reproduced {summary.times} time{'' if summary.times == 1 else 's'}"
