"""Figures and tables of a document: each is there, once, whole, and inside the experiment's folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from agents.documents.document import Block, Document, Figure, Quote, Section, Table


@dataclass(frozen=True)
class Placed:
    """A block and its path in the document, as slots have it: `sections.results.blocks.0`."""

    at: str
    block: Block


def placed_blocks(document: Document) -> Iterator[Placed]:
    yield from _below("", document.sections)


def _below(at: str, sections: tuple[Section, ...]) -> Iterator[Placed]:
    for section in sections:
        here = f"{at}sections.{section.id}."
        yield from (Placed(f"{here}blocks.{index}", block) for index, block in enumerate(section.blocks))
        yield from _below(here, section.sections)


def exhibit_ids(document: Document) -> list[str]:
    return [one.block.id for one in placed_blocks(document) if isinstance(one.block, Figure | Table)]


def quotes(document: Document) -> dict[str, Quote]:
    """By the slot of their text."""
    return {f"{one.at}.text": one.block for one in placed_blocks(document) if isinstance(one.block, Quote)}


def exhibit_problems(
    figures: Iterator[tuple[str, Figure]], tables: Iterator[tuple[str, Table]], folder: Path | None
) -> Iterator[tuple[str, str, str, str]]:
    """Slot, span, rule and reason of each. `folder` is the experiment's; None: files are not looked for."""
    seen: Counter[str] = Counter()
    for at, figure in figures:
        seen[figure.id] += 1
        for reason in _figure_problems(figure.path, folder):
            yield f"{at}.path", figure.path, "figure", reason
        if seen[figure.id] > 1:
            yield f"{at}.id", figure.id, "exhibit", f"'{figure.id}' names two exhibits"
    for at, table in tables:
        seen[table.id] += 1
        if seen[table.id] > 1:
            yield f"{at}.id", table.id, "exhibit", f"'{table.id}' names two exhibits"
        for index, row in enumerate(table.rows):
            if len(row) != len(table.columns):
                reason = f"a row of {len(row)} cells under {len(table.columns)} headers"
                yield f"{at}.rows.{index}", " | ".join(row), "table", reason


def _figure_problems(path: str, folder: Path | None) -> Iterator[str]:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or ":" in path or "\\" in path:
        yield "the image must lie in the experiment's folder"
    elif pure.suffix not in (".png", ".svg"):
        yield "an image is a PNG or an SVG"
    elif folder is not None and not (folder / pure).is_file():
        yield "there is no such image"
