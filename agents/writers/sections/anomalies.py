"""Anomalies: runs that failed, and what analysts thought odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section, Table
from agents.facts.subject import run_subject
from agents.writers.sections.findings import of_kind
from agents.writers.shared.case_view import CaseView, fact, ref, spec
from agents.writers.shared.required_statements import failure_statement, required

NOTHING_ODD = "Nothing was reported as odd; what had too few points was not looked at."


def anomalies_section(evidence: CaseView, analyses: Sequence[Analysis]) -> Section:
    return Section(id="anomalies", title="Anomalies", blocks=tuple(_blocks(evidence, analyses)))


def _blocks(evidence: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    yield required(failure_statement(evidence))
    failed = tuple(evidence.failed_points())
    if failed:
        yield Paragraph(text=f"{ref('failures')} has the message of every failed run.")
        rows = tuple((spec(f"points.{at}.name"), fact(f"{run_subject(name)}.failure")) for at, name in failed)
        yield Table(id="failures", caption="Runs that failed, and how.", columns=("Run", "Message"), rows=rows)
    found = of_kind(analyses, "anomaly")
    if found:
        yield Paragraph(text="The analysts' detectors are heuristics. They report:")
        yield Bullets(items=found)
    elif not failed:
        yield Paragraph(text=NOTHING_ODD)
