"""Extract the facts of the recorded reproductions of an experiment. Without a record that counts, there are none."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.number_format import FIXED
from compiler.base.printable import printable_line
from compiler.reproduction.summary import Summary


def reproduction_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield how often the completed runs were reproduced, the last time, the hardware and the result."""
    if evidence.reproductions is None or evidence.reproductions.content.last is None:
        return
    summary, last = evidence.reproductions.content, evidence.reproductions.content.last
    builder = FactBuilder("reproduction", "experiment", evidence.reproductions.source, reproduction_facts)
    runs, records = len(summary.runs), len(summary.counted)
    yield builder.fact("times", summary.times, "repetitions", "how often every completed run was reproduced", n=records)
    agreeing = len(summary.reproduced_runs)
    label = "completed runs whose latest repetition agrees with the record"
    yield builder.fact("runs", agreeing, "runs", label, n=runs)
    repeated = len({made.run_id for made in summary.counted})
    yield builder.fact("repeated_runs", repeated, "runs", "completed runs that were repeated", n=runs)
    yield builder.fact("records", records, "records", "records of repetitions that count", n=records)
    yield builder.fact("last", f"{last.time:%Y-%m-%d %H:%M} UTC", "text", "time of the last repetition", n=records)
    yield builder.fact("hardware", _hardware(summary), "text", "where the runs were trained again", n=records)
    yield builder.fact("result", summary.result, "text", "worst result among the latest repetitions", n=repeated)
    if summary.result == "within_tolerance":
        tolerance = max(made.tolerance for made in summary.counted)
        yield builder.fact("tolerance", tolerance, FIXED, "largest relative tolerance of the comparisons", n=records)
    if summary.causes:
        label = "first divergence of each latest repetition that differs"
        yield builder.fact("cause", printable_line("; ".join(summary.causes)), "text", label, n=len(summary.causes))


def _hardware(summary: Summary) -> str | None:
    return printable_line("; ".join(map(str, summary.machines))) or None
