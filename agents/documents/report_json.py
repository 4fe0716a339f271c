"""Convert a report to JSON and back: its document, and the facts, verdicts and citations that it refers to.

The file is self-contained: it includes the facts and verdicts that analysts computed. `proband trace` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.document_references import collect_references
from agents.facts.fact import Fact, fact_from_json
from agents.facts.verdict import Verdict, verdict_from_json

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class ReportData:
    """A document, and the facts and verdicts that it refers to, by id. `citations` are keys of the library."""

    document: Document
    facts: Mapping[str, Fact]
    verdicts: Mapping[str, Verdict]
    citations: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "document": self.document.model_dump(mode="json"),
            "facts": {name: fact.to_json() for name, fact in self.facts.items()},
            "verdicts": {name: verdict.to_json() for name, verdict in self.verdicts.items()},
            "citations": list(self.citations),
        }


def collect_report(document: Document, book: Book) -> ReportData:
    """Return a document with everything that it refers to. Raises UnknownPlaceholder, DuplicateId."""
    references = collect_references(document, book)
    return ReportData(
        document=document,
        facts={name: book.facts[name] for name in references.facts},
        verdicts={name: book.verdicts[name] for name in references.verdicts},
        citations=references.citations,
    )


def report_from_json(content: Mapping[str, Any]) -> ReportData:
    return ReportData(
        document=Document.model_validate(content["document"]),
        facts={name: fact_from_json(line) for name, line in content["facts"].items()},
        verdicts={name: verdict_from_json(line) for name, line in content["verdicts"].items()},
        citations=tuple(content["citations"]),
    )
