"""Write a report of the small lab as a build does, without a build."""

from __future__ import annotations

from agents.documents.document import Document
from agents.documents.report_json import collect_report
from compiler.base.json_files import write_json, write_text
from compiler.base.paths import Lab
from tests.agents.documents.sample_documents import book, short_document
from tests.compiler.small_lab import FILES

REPORT = "lr/technical_report"
REPORT_FILES = FILES | {"lr": f"{FILES['lr']}  reports: [technical_report]\n"}


def write_report(lab: Lab, text: str = "The runs completed.") -> None:
    """Write the technical report of `lr` with one section, Results."""
    document: Document = short_document(text)
    write_json(lab.report("lr", "technical_report", ".json"), collect_report(document, book()).to_json())
    write_text(lab.report("lr", "technical_report", ".html"), f"<p>{text}</p>\n")
    write_json(lab.experiment("lr") / "experiment.json", {"name": "A study"})
