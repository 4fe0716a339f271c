"""The technical report: registration, method, results, verdict and all analyses, for colleagues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Case
from agents.documents.document import Document, Section
from agents.writers.sections.anomalies import anomalies_section
from agents.writers.sections.findings import analyses_section
from agents.writers.sections.groups_section import groups_sections
from agents.writers.sections.limitations import limitations_section
from agents.writers.sections.method import method_section
from agents.writers.sections.outlook import outlook_section
from agents.writers.sections.registration_section import registration_section
from agents.writers.sections.reproducibility import reproducibility_section, versions_section
from agents.writers.sections.reproduction_badge import reproduction_badge
from agents.writers.sections.results_section import results_section
from agents.writers.sections.title_block import document
from agents.writers.sections.verdict_section import verdict_section
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.required_statements import summary_paragraphs

_NAME = "technical_report"


def write(case: Case, analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Document:
    view = CaseView(case)
    sections = (
        Section(id="summary", title="Summary", blocks=(*summary_paragraphs(view), *reproduction_badge(view))),
        registration_section(view),
        method_section(view),
        versions_section(view),
        results_section(view, _NAME),
        verdict_section(view),
        *groups_sections(view),
        analyses_section(analyses, integration),
        anomalies_section(view, analyses),
        limitations_section(view, analyses),
        outlook_section(analyses),
        reproducibility_section(view),
    )
    return document(view, _NAME, "Technical report", sections)
