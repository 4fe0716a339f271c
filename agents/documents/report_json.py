"""Write a report as data: its document and everything that its text refers to. `proband trace` reads it."""

from __future__ import annotations

from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.document_references import collect_references

SCHEMA_VERSION = 1


def report_to_json(document: Document, book: Book) -> dict[str, Any]:
    """Return the content of the JSON file. It includes facts that analysts computed, so that it is self-contained.

    Raises:
        UnknownPlaceholder, DuplicateId
    """
    references = collect_references(document, book)
    return {
        "schema_version": SCHEMA_VERSION,
        "document": document.model_dump(mode="json"),
        "facts": {name: book.facts[name].to_json() for name in references.facts},
        "verdicts": {name: book.verdicts[name].to_json() for name in references.verdicts},
        "citations": list(references.citations),
    }
