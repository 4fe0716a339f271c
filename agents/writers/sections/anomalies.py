"""The section on anomalies: messages of failed runs and what the anomaly detectors reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.analysis.analysis_schema import Analysis
from agents.documents.document import Block, Bullets, Paragraph, Section, Table
from agents.facts.subject import run_subject
from agents.writers.sections.findings import texts_of_kind
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import fact, ref, spec

NO_ANOMALY = "The analyses report no anomaly. Series with too few points were not examined."


def anomalies_section(view: CaseView, analyses: Sequence[Analysis]) -> Section:
    return Section(id="anomalies", title="Anomalies", blocks=tuple(_blocks(view, analyses)))


def _blocks(view: CaseView, analyses: Sequence[Analysis]) -> Iterator[Block]:
    failed = tuple(view.failed_points())
    if failed:
        yield Paragraph(text=f"{ref('failures')} lists the error message of every failed run.")
        rows = tuple((spec(f"points.{index}.name"), fact(f"{run_subject(name)}.failure")) for index, name in failed)
        yield Table(
            id="failures", caption="Failed runs and their error messages.", columns=("Run", "Message"), rows=rows
        )
    anomalies = texts_of_kind(analyses, "anomaly")
    if anomalies:
        yield Paragraph(text="The anomaly detectors are heuristics. They reported:")
        yield Bullets(items=anomalies)
    elif not failed:
        yield Paragraph(text=NO_ANOMALY)
