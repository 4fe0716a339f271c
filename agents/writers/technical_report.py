"""The technical report: everything that was promised, done and found, in the order a colleague asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.analysis import Analysis
from agents.case import Case
from agents.documents.document import Document, Section
from agents.writers.anomalies import anomalies_section
from agents.writers.evidence import Evidence
from agents.writers.findings import analyses_section
from agents.writers.front import document
from agents.writers.honesty import honest_paragraphs
from agents.writers.limitations import limitations_section
from agents.writers.method import method_section
from agents.writers.outlook import outlook_section
from agents.writers.registration import registration_section
from agents.writers.reproducibility import reproducibility_section, versions_section
from agents.writers.results import results_section
from agents.writers.verdict_section import verdict_section

_NAME = "technical_report"


def write(case: Case, analyses: Sequence[Analysis], integration: Mapping[str, Any] | None) -> Document:
    evidence = Evidence(case)
    sections = (
        Section(id="summary", title="Summary", blocks=honest_paragraphs(evidence)),
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
