"""The technical report: everything that was promised, done and found, in the order a colleague asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Document, Section
from agents.writers.sections.anomalies import anomalies_section
from agents.writers.sections.findings import analyses_section
from agents.writers.sections.limitations import limitations_section
from agents.writers.sections.method import method_section
from agents.writers.sections.outlook import outlook_section
from agents.writers.sections.registration_section import registration_section
from agents.writers.sections.reproducibility import reproducibility_section, versions_section
from agents.writers.sections.results_section import results_section
from agents.writers.sections.title_block import document
from agents.writers.sections.verdict_section import verdict_section
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import summary_paragraphs

_NAME = "technical_report"


def write(case: Case, analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Document:
    evidence = CaseView(case)
    sections = (
        Section(id="summary", title="Summary", blocks=summary_paragraphs(evidence)),
        registration_section(evidence),
        method_section(evidence),
        versions_section(evidence),
        results_section(evidence, _NAME),
        verdict_section(evidence),
        analyses_section(analyses, integration),
        anomalies_section(evidence, analyses),
        limitations_section(evidence, analyses),
        outlook_section(analyses),
        reproducibility_section(evidence),
    )
    return document(evidence, _NAME, "Technical report", sections)
