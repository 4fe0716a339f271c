"""Cells are read with their row and their header: a table can swap arms without a single sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from agents.context.case import Book
from agents.review.rules.subjects import subject_mentions
from agents.review.text.mention_alignment import Mention
from agents.review.text.passage import Mark, Passage
from agents.review.text.subject_levels import WrittenNames, fits, written_names

_CELL = re.compile(r"(?P<table>.*)\brows\.(?P<row>\d+)\.(?P<column>\d+)")


def with_surroundings(texts: Mapping[str, str]) -> Iterator[Passage]:
    for slot, text in texts.items():
        cell = _CELL.fullmatch(slot)
        yield Passage(slot, text, _around(texts, cell) if cell else "")


def _around(texts: Mapping[str, str], cell: re.Match[str]) -> str:
    header = texts.get(f"{cell['table']}columns.{cell['column']}", "")
    return f"{texts.get(cell['table'] + 'caption', '')} {header}"


def swapped_cells(texts: Mapping[str, str], book: Book) -> Iterator[tuple[Passage, list[Mark]]]:
    """Where a row or a header names one arm or run, the values beside or below are of it."""
    names = written_names(book)
    rows: dict[str, list[Passage]] = {}
    columns: dict[str, list[Passage]] = {}
    for slot, text in texts.items():
        cell = _CELL.fullmatch(slot)
        if cell:
            rows.setdefault(f"{cell['table']}{cell['row']}", []).append(Passage(slot, text))
            header = f"{cell['table']}columns.{cell['column']}"
            columns.setdefault(header, [Passage(header, texts.get(header, ""))]).append(Passage(slot, text))
    yield from _swapped(rows.values(), book, names)
    yield from _swapped([cells for cells in columns.values() if _named(cells[0], book, names)], book, names)


def _swapped(lines: Iterable[list[Passage]], book: Book, names: WrittenNames) -> Iterator[tuple[Passage, list[Mark]]]:
    for cells in lines:
        named = {one.what for cell in cells for one in _named(cell, book, names)}
        if len(named) == 1:
            (name,) = named
            for cell in cells:
                yield cell, [_mark(one) for one in _told(cell, book, names) if not fits(name, one.what)]


def _named(cell: Passage, book: Book, names: WrittenNames) -> list[Mention[str]]:
    return [one for one in subject_mentions(cell, book, names, 0, len(cell.text)) if one.is_name]


def _told(cell: Passage, book: Book, names: WrittenNames) -> list[Mention[str]]:
    return [one for one in subject_mentions(cell, book, names, 0, len(cell.text)) if not one.is_name]


def _mark(one: Mention[str]) -> Mark:
    return Mark(one.start, one.end, "swapped_subject", f"this value is of {one.what}, and its row or column of another")
