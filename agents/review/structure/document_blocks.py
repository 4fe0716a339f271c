"""Find the blocks of a document with their slots, such as `sections.results.blocks.0`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from agents.documents.document import Block, Document, Figure, Quote, Section, Table

ExhibitWithSlot: TypeAlias = tuple[str, Figure | Table]  # (slot, figure or table)


def exhibits_of(document: Document) -> list[ExhibitWithSlot]:
    return [(slot, block) for slot, block in _blocks(document.sections) if isinstance(block, Figure | Table)]


def quotes_of(document: Document) -> dict[str, Quote]:
    """Return the quotations by the slot of their text."""
    return {f"{slot}.text": block for slot, block in _blocks(document.sections) if isinstance(block, Quote)}


def _blocks(sections: Sequence[Section], prefix: str = "") -> Iterator[tuple[str, Block]]:
    for section in sections:
        path = f"{prefix}sections.{section.id}."
        yield from ((f"{path}blocks.{index}", block) for index, block in enumerate(section.blocks))
        yield from _blocks(section.sections, path)
