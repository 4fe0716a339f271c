"""Collect the plain texts of the sections of a report, so that two versions can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.context.case import Book
from agents.documents.document import Block, Bullets, Document, Figure, Quote, Section, Table, Verbatim
from agents.documents.plain_text import plain_text
from agents.report_review.reviews import SectionTexts

ANSWERS_ID = "answers-to-the-review"  # of the section with the answers, which is no subject of a review


def section_texts(document: Document, book: Book) -> SectionTexts:
    """Return the texts of the abstract, of each section and of each section below it, by title, without images."""
    collected: dict[str, tuple[str, ...]] = {}
    if document.abstract:
        collected["Abstract"] = (_plain(document.abstract, book),)
    for section in _sections(document.sections):
        title = _plain(section.title, book)
        texts = tuple(text for block in section.blocks for text in _texts(block, book) if text)
        collected[title] = (*collected.get(title, ()), *texts)
    return collected


def named_section(remark: str, titles: Sequence[str]) -> str | None:
    """Return the title with which a remark begins, as in `Results: the sd is missing`; None if it names no section."""
    name = remark.partition(":")[0].strip().casefold() if ":" in remark else ""
    return next((title for title in titles if title.casefold() == name), None)


def _sections(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        if section.id != ANSWERS_ID:
            yield section
            yield from _sections(section.sections)


def _texts(block: Block, book: Book) -> Iterator[str]:
    """Yield the texts of a block. A row of a table is one text."""
    match block:
        case Verbatim():
            yield from block.text.splitlines()
            return
        case Bullets():
            templates = list(block.items)
        case Table():
            templates = [block.caption, " | ".join(block.columns), *(" | ".join(row) for row in block.rows)]
        case Figure():
            templates = [block.caption]
        case Quote():
            yield block.text
            return
        case _:
            templates = [block.text]
    yield from (_plain(template, book) for template in templates)


def _plain(template: str, book: Book) -> str:
    return " ".join(plain_text(template, book).split())
