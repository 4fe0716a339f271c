"""State the recorded reproductions of an experiment in its package. Without one that counts, nothing is stated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compiler.reproduction.badge import badge
from compiler.reproduction.reproduction import Reproduction
from compiler.reproduction.summary import Summary
from lab.publication.contents.plain_text import one_line

REPRODUCTIONS = "reproductions.json"


def reproduction_statement(summary: Summary) -> Iterator[str]:
    """Yield a sentence with the number of reproductions, the last time, the hardware and the result."""
    if text := badge(summary):
        yield f"Recorded reproductions: {one_line(text)}."


def reproductions_json(summary: Summary) -> dict[str, Any]:
    """Return the reproductions that count. The names of persons and the notes of the records are not published."""
    return {
        "schema_version": 1,
        "times": summary.times,
        "result": summary.result,
        "reproduced_runs": list(summary.reproduced_runs),
        "differing_runs": [made.run_id for made in summary.differing],
        "failed_runs": [made.run_id for made in summary.failed],
        "other_code": len(summary.other_code),
        "runs": list(summary.runs),
        "reproductions": [_reproduction(made) for made in summary.counted],
    }


def _reproduction(made: Reproduction) -> dict[str, Any]:
    return {
        "run_id": made.run_id,
        "at": made.at,
        "result": made.result,
        "tolerance": made.tolerance,
        "trainings": made.trainings,
        "compared": dict(made.compared),
        "hardware": str(made.machine) if made.machine else None,
        "cause": str(made.cause) if made.cause else None,
        "deviations": list(made.deviations),
        "status_sha256": made.status_sha256,
        "recorded_provenance": made.recorded_provenance,
        "repeated_provenance": made.repeated_provenance,
    }
