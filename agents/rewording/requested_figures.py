"""Insert figures that a model requested into the sections whose texts refer to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.documents.document import Document, Figure, Section
from agents.documents.placeholders import placeholders
from agents.documents.slots import slots


def insert_figures(document: Document, figures: Mapping[str, Figure]) -> Document:
    """Append each figure, given by id, to the first section that refers to it. Other figures are omitted."""
    sections = []
    remaining = dict(figures)
    for section in document.sections:
        ids = dict.fromkeys(_references(document, section))
        blocks = [remaining.pop(figure_id) for figure_id in ids if figure_id in remaining]
        sections.append(section.model_copy(update={"blocks": (*section.blocks, *blocks)}))
    return document.model_copy(update={"sections": tuple(sections)})


def _references(document: Document, section: Section) -> Iterator[str]:
    for slot, text in slots(document).items():
        if slot.startswith(f"sections.{section.id}."):
            yield from (placeholder.name for placeholder in placeholders(text) if placeholder.kind == "ref")
