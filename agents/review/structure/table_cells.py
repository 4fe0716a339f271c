"""Check that every value in a table belongs to the arm or run that its row, header or caption names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from agents.review.lexicon.subjects import fits
from agents.review.rule import Context
from agents.review.text.mention_alignment import Mention
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_CELL = re.compile(r"(?P<table>.*)\brows\.(?P<row>\d+)\.(?P<column>\d+)")


def passages(texts: Mapping[str, str]) -> Iterator[Passage]:
    """Yield a passage for each text. The surroundings of a table cell are the caption and its column header."""
    for slot, text in texts.items():
        cell = _CELL.fullmatch(slot)
        yield Passage(slot, text, _surroundings(texts, cell) if cell else "")


def check_cells(texts: Mapping[str, str], context: Context) -> Iterator[tuple[Passage, list[Mark]]]:
    """Yield each cell of a row or column that names exactly one subject, with the marks on its values."""
    rows: dict[str, list[Passage]] = {}
    columns: dict[str, list[Passage]] = {}
    for slot, text in texts.items():
        cell = _CELL.fullmatch(slot)
        if cell:
            rows.setdefault(f"{cell['table']}{cell['row']}", []).append(Passage(slot, text))
            header = f"{cell['table']}columns.{cell['column']}"
            columns.setdefault(header, [Passage(header, texts.get(header, ""))]).append(Passage(slot, text))
    named_columns = [column for column in columns.values() if _names(column[0], context)]
    yield from _check_lines([*rows.values(), *named_columns], context)


def _check_lines(lines: Iterable[list[Passage]], context: Context) -> Iterator[tuple[Passage, list[Mark]]]:
    for cells in lines:
        subjects = {name.of for cell in cells for name in _names(cell, context)}
        if len(subjects) == 1:
            (subject,) = subjects
            for cell in cells:
                yield cell, [_mark(value) for value in _values(cell, context) if not fits(subject, value.of)]


def _surroundings(texts: Mapping[str, str], cell: re.Match[str]) -> str:
    header = texts.get(f"{cell['table']}columns.{cell['column']}", "")
    return f"{texts.get(cell['table'] + 'caption', '')} {header}"


def _names(cell: Passage, context: Context) -> list[Mention[str]]:
    return [mention for mention in _mentions(cell, context) if mention.is_name]


def _values(cell: Passage, context: Context) -> list[Mention[str]]:
    return [mention for mention in _mentions(cell, context) if not mention.is_name]


def _mentions(cell: Passage, context: Context) -> list[Mention[str]]:
    return context.subjects.in_template(cell, 0, len(cell.text))


def _mark(value: Mention[str]) -> Mark:
    reason = f"the value belongs to {value.of}, and its row or column names another subject"
    return Mark(value.start, value.end, "swapped_subject", reason)
