"""A report as data: its document, and what its text names. Written beside it, for whoever traces a number."""

from __future__ import annotations

from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.references import named

SCHEMA_VERSION = 1


def record(document: Document, book: Book) -> dict[str, Any]:
    """`facts` and `verdicts` hold what analysts computed too, so that the file tells all on its own.

    Raises:
        UnknownPlaceholder: the text names what does not exist.
    """
    names = named(document, book)
    return {
        "schema_version": SCHEMA_VERSION,
        "document": document.model_dump(mode="json"),
        "facts": {name: book.facts[name].to_json() for name in names.facts},
        "verdicts": {name: book.verdicts[name].to_json() for name in names.verdicts},
        "citations": list(names.citations),
    }
