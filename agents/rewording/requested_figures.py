"""Figures that a model asked for, put where its texts refer to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.documents.document import Document, Figure, Section
from agents.documents.placeholders import placeholders
from agents.documents.slots import slots


def with_figures(document: Document, asked: Mapping[str, Figure]) -> Document:
    """The document with each figure at the end of the first section that refers to it.

    What no text refers to is left out, and what the document has already is not shown twice.
    """
    sections = []
    left = dict(asked)
    for section in document.sections:
        found = [left.pop(name) for name in dict.fromkeys(_referred(document, section)) if name in left]
        sections.append(section.model_copy(update={"blocks": (*section.blocks, *found)}))
    return document.model_copy(update={"sections": tuple(sections)})


def _referred(document: Document, section: Section) -> Iterator[str]:
    for at, text in slots(document).items():
        if at.startswith(f"sections.{section.id}."):
            yield from (each.name for each in placeholders(text) if each.kind == "ref")
