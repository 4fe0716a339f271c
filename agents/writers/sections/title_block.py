"""The title block that every report of an experiment has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agents.documents.document import Document, Section
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.template_text import spec


def document(
    view: CaseView, kind: str, subtitle: str, sections: Iterable[Section | None], abstract: str = ""
) -> Document:
    """Return a report with its title block. Sections that are None are omitted, because they have no content."""
    case = view.case
    metadata: Mapping[str, Any] = case.spec.get("metadata") or {}
    researcher, tags = metadata.get("researcher"), metadata.get("tags") or ()
    return Document(
        kind=kind,
        experiment_id=case.experiment_id,
        title=spec("name") if view.spec_has("name") else spec("experiment_id"),
        subtitle=subtitle,
        authors=(str(researcher),) if researcher else (),
        keywords=tuple(spec(f"metadata.tags.{index}") for index in range(len(tags))),
        abstract=abstract,
        sections=tuple(section for section in sections if section),
    )
