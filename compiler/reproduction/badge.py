"""State the recorded reproductions of some runs in one line: how often, when, on which hardware, with which result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compiler.base.paths import Lab
from compiler.base.printable import printable_line
from compiler.reproduction.read_records import record_files, reproductions
from compiler.reproduction.reproduction import Reproduction
from compiler.reproduction.summary import Summary
from compiler.runs.run_status import read_complete_status

_MAX_NAMED = 3  # reproductions in a line; `reproductions/` has all


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
    if not summary.counted:
        return ""
    parts = [_extent(summary)]
    if last := summary.last:
        parts.append(f"last {minute(last)}{_hardware(last)}; result: {last.result}")
    if summary.other_code:
        count = len(summary.other_code)
        parts.append(f"{count} {'repetition' if count == 1 else 'repetitions'} used other code")
    return printable_line("; ".join(parts))


def badge_json(summary: Summary) -> dict[str, Any] | None:
    """Return the values of the line for programs, None if no reproduction counts."""
    if not summary.counted:
        return None
    last = summary.last
    return {
        "times": summary.times,
        "reproduced_runs": len(summary.reproduced_runs),
        "repeated_runs": summary.repeated_runs,
        "unrepeated_runs": summary.unrepeated_runs,
        "runs": len(summary.runs),
        "last": last.at if last else None,
        "hardware": str(last.machine) if last and last.machine else None,
        "result": last.result if last else None,
        "differing": list(map(problem_line, summary.differing)),
        "failed": list(map(problem_line, summary.failed)),
        "other_code": list(map(problem_line, summary.other_code)),
        "text": badge(summary),
    }


def minute(made: Reproduction) -> str:
    return f"{made.time:%Y-%m-%d %H:%M} UTC"


def problem_line(made: Reproduction) -> str:
    """Return the run, the time, the hardware and the first divergence of one reproduction."""
    return printable_line(f"run {made.run_id} at {minute(made)}{_hardware(made)}: {made.cause}")


def problem_lines(problems: Sequence[Reproduction]) -> str:
    """Return the reproductions that do not agree in one line, the first ones if there are many."""
    rest = f"; and {len(problems) - _MAX_NAMED} more" if len(problems) > _MAX_NAMED else ""
    return "; ".join(map(problem_line, problems[:_MAX_NAMED])) + rest


def _hardware(made: Reproduction) -> str:
    return f" on {made.machine}" if made.machine else ""


def _extent(summary: Summary) -> str:
    """Return how many of the runs agree, differ, could not be repeated, and were not repeated."""
    if summary.is_reproduced:
        return f"reproduced {summary.times} time{'' if summary.times == 1 else 's'}"
    total, agreeing, differing = len(summary.runs), len(summary.reproduced_runs), len(summary.differing)
    state = "reproduced in part" if agreeing else "not reproduced"
    if not summary.last:
        state = "not repeated with the recorded code"
    counts = [f"{agreeing} {'agrees' if agreeing == 1 else 'agree'}"]
    if differing:
        verb = "differs" if differing == 1 else "differ"
        counts.append(f"{differing} {verb} ({problem_lines(summary.differing)})")
    if summary.failed:
        counts.append(f"{len(summary.failed)} could not be repeated ({problem_lines(summary.failed)})")
    if summary.unrepeated_runs:
        counts.append(f"{summary.unrepeated_runs} not repeated")
    runs = "completed run" if total == 1 else "completed runs"
    return f"{state}: {summary.repeated_runs} of {total} {runs} repeated: {', '.join(counts)}"
