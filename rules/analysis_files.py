"""Analyses as files: JSON for programs, and Markdown beside it for readers."""

from __future__ import annotations

from collections.abc import Iterable

from agents.analysis import Analysis
from agents.analysis_document import analysis_document, integration_document
from agents.case import Book, Case
from agents.documents.document import Document
from agents.integration import Integration, known
from compiler.json_files import read_json, write_json, write_text
from compiler.paths import Lab


def write_analysis(lab: Lab, case: Case, name: str, analysis: Analysis) -> None:
    """The JSON last: it is what Snakemake waits for."""
    _write_markdown(lab, name, analysis_document(analysis), known(case, [analysis]))
    write_json(lab.analysis(case.experiment_id, name), analysis.model_dump(mode="json"))


def write_integration(lab: Lab, case: Case, integration: Integration, analyses: Iterable[Analysis]) -> None:
    _write_markdown(lab, "integration", integration_document(integration), known(case, analyses))
    write_json(lab.integration(case.experiment_id), integration.model_dump(mode="json"))


def read_analyses(lab: Lab, case: Case) -> list[Analysis]:
    """In the order of the pipeline."""
    names = dict.fromkeys(case.spec["analysis_pipeline"])
    return [Analysis.model_validate(read_json(lab.analysis(case.experiment_id, name))) for name in names]


def _write_markdown(lab: Lab, name: str, document: Document, book: Book) -> None:
    from agents.documents.rendering import rendered

    file = lab.analysis_folder(document.experiment_id) / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_text(file, rendered(document, book, ".md", lab.experiment(document.experiment_id)).decode())
