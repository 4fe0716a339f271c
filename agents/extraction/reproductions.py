"""Extract the facts of the recorded reproductions of an experiment. Without a record that counts, there are none."""

from __future__ import annotations

from collections.abc import Iterator

from agents.extraction.evidence import Evidence
from agents.facts.builder import FactBuilder
from agents.facts.fact import Fact
from agents.facts.number_format import FIXED
from compiler.base.printable import printable_line
from compiler.reproduction.badge import minute, problem_lines
from compiler.reproduction.summary import Summary


def reproduction_facts(evidence: Evidence) -> Iterator[Fact]:
    """Yield how many completed runs were repeated with which result, the last repetition, and those that disagree."""
    if evidence.reproductions is None or not evidence.reproductions.content.counted:
        return
    summary, source = evidence.reproductions.content, evidence.reproductions.source
    builder = FactBuilder("reproduction", "experiment", source, reproduction_facts)
    yield from _counts(builder, summary)
    yield from _last(builder, summary)
    problems = (*summary.differing, *summary.failed)
    if problems:
        label = "runs that do not agree, each with the time, the hardware and the first divergence of its repetition"
        yield builder.fact("cause", problem_lines(problems), "text", label, n=len(problems))


def _counts(builder: FactBuilder, summary: Summary) -> Iterator[Fact]:
    runs, records = len(summary.runs), len(summary.counted)
    yield builder.fact("times", summary.times, "repetitions", "how often every completed run was reproduced", n=records)
    counts = {
        "runs": (len(summary.reproduced_runs), "whose latest repetition agrees with the record"),
        "differing_runs": (len(summary.differing), "whose latest repetition gave another result"),
        "failed_runs": (len(summary.failed), "that could not be repeated"),
        "repeated_runs": (summary.repeated_runs, "that were repeated with the recorded code or with its result"),
        "unrepeated_runs": (summary.unrepeated_runs, "that were not repeated"),
    }
    for name, (count, label) in counts.items():
        yield builder.fact(name, count, "runs", f"completed runs {label}", n=runs)
    yield builder.fact("records", records, "records", "records of repetitions that count", n=records)
    other = len(summary.other_code)
    yield builder.fact("other_code", other, "repetitions", "repetitions with other code that did not agree", n=records)


def _last(builder: FactBuilder, summary: Summary) -> Iterator[Fact]:
    """Yield the time, the hardware and the result of one and the same repetition."""
    last = summary.last
    if last is None:
        return
    yield builder.fact("last", minute(last), "text", "time of the last repetition", n=1)
    machine = printable_line(str(last.machine)) if last.machine else None
    yield builder.fact("hardware", machine, "text", "hardware of the last repetition", n=1)
    yield builder.fact("result", last.result, "text", "result of the last repetition", n=1)
    tolerances = [made.tolerance for made in summary.latest if made.result == "within_tolerance"]
    if tolerances:
        label = "largest relative tolerance of a run that agrees within it"
        yield builder.fact("tolerance", max(tolerances), FIXED, label, n=len(tolerances))
