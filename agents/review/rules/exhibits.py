"""Figures and tables of a document: each is there, once, whole, and inside the experiment's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


def placed_exhibits(document: Document) -> list[tuple[str, Figure | Table]]:
    return [(one.at, one.block) for one in placed_blocks(document) if isinstance(one.block, Figure | Table)]


def quotes(document: Document) -> dict[str, Quote]:
    """By the slot of their text."""
    return {f"{one.at}.text": one.block for one in placed_blocks(document) if isinstance(one.block, Quote)}


def exhibit_problems(
    exhibits: Iterable[tuple[str, Figure | Table]], folder: Path | None
) -> Iterator[tuple[str, str, str, str]]:
    """Slot, span, rule and reason of each. `folder` is the experiment's; None: files are not looked for."""
    seen: set[str] = set()
    for at, exhibit in exhibits:
        if exhibit.id in seen:
            yield f"{at}.id", exhibit.id, "exhibit", f"'{exhibit.id}' names two exhibits"
        seen.add(exhibit.id)
        if isinstance(exhibit, Figure):
            for reason in _figure_problems(exhibit.path, folder):
                yield f"{at}.path", exhibit.path, "figure", reason
        else:
            for index, reason in _row_problems(exhibit):
                yield f"{at}.rows.{index}", " | ".join(exhibit.rows[index]), "table", reason


def _row_problems(table: Table) -> Iterator[tuple[int, str]]:
    for index, row in enumerate(table.rows):
        if len(row) != len(table.columns):
            yield index, f"a row of {len(row)} cells under {len(table.columns)} headers"


def _figure_problems(path: str, folder: Path | None) -> Iterator[str]:
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or ":" in path or "\\" in path:
        yield "the image must lie in the experiment's folder"
    elif pure.suffix not in (".png", ".svg"):
        yield "an image is a PNG or an SVG"
    elif folder is not None and not (folder / pure).is_file():
        yield "there is no such image"
