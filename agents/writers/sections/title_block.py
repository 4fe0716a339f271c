"""Title block: what every report of an experiment carries at its head."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agents.documents.document import Document, Section
from agents.writers.shared.case_view import CaseView, fact, spec


def document(
    evidence: CaseView, kind: str, subtitle: str, sections: Iterable[Section | None], abstract: str = ""
) -> Document:
    """Sections that are None had nothing to tell and are left out."""
    case = evidence.case
    return Document(
        kind=kind,
        experiment_id=case.experiment_id,
        title=spec("name") if evidence.told("name") else spec("experiment_id"),
        subtitle=subtitle,
        authors=_authors(case.spec),
        keywords=_keywords(case.spec),
        abstract=abstract,
        sections=tuple(one for one in sections if one),
    )


def scale(evidence: CaseView) -> str:
    """`15 runs`, with its noun."""
    return f"{fact('experiment.runs')} {'run' if evidence.count('experiment.runs') == 1 else 'runs'}"


def _authors(given: Any) -> tuple[str, ...]:
    researcher = (given.get("metadata") or {}).get("researcher")
    return (str(researcher),) if researcher else ()


def _keywords(given: Any) -> tuple[str, ...]:
    tags = (given.get("metadata") or {}).get("tags") or ()
    return tuple(spec(f"metadata.tags.{at}") for at in range(len(tags)))
