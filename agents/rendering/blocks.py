"""Convert the sections of a document to pandoc blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agents.documents.document import Block, Bullets, Figure, Paragraph, Quote, Section, Table, Verbatim
from agents.rendering.column_widths import column_widths
from agents.rendering.inlines import inlines
from agents.rendering.pandoc_ast import (
    SPACE,
    Blocks,
    Inlines,
    anchor,
    bullets,
    code_block,
    code_lines,
    element,
    figure,
    header,
    image,
    paragraph,
    plain_text,
    table,
    words,
)
from agents.rendering.substitution import Substitution, exhibit_anchor

_MAX_UNBROKEN_ROWS = 24  # rows of the longest table that is kept on one page
_HEAD_LINES = 7  # lines of the caption and the header of a table


@dataclass(frozen=True)
class Style:
    """Differences between output formats. `image_target` returns the reference to the image of a figure."""

    image_target: Callable[[Figure], str]
    has_captions: bool = True  # if False, a caption is a paragraph above its table or below its figure
    breaks_code: bool = False  # code is written as separate lines, between which a page may break
    code_language: str = ""  # of all code blocks, for a format that fences only code with a language
    keep_together: Callable[[int], Blocks] | None = None  # returns blocks that keep the next lines on one page


def section_blocks(sections: Iterable[Section], values: Substitution, style: Style, level: int = 1) -> Blocks:
    converted: Blocks = []
    for section in sections:
        converted.append(header(level, inlines(section.title, values), section_anchor(section.id)))
        for block in section.blocks:
            converted += convert_block(block, values, style)
        converted += section_blocks(section.sections, values, style, level + 1)
    return converted


def convert_block(block: Block, values: Substitution, style: Style) -> Blocks:
    match block:
        case Paragraph():
            return [paragraph(inlines(block.text, values))]
        case Bullets():
            return [bullets(inlines(item, values) for item in block.items)]
        case Quote():
            citation = values.bibliography.citation(block.cite, is_subject=False)
            return [element("BlockQuote", [paragraph([*words(f"“{block.text}”"), SPACE, *citation])])]
        case Verbatim():
            return [code_lines(block.text) if style.breaks_code else code_block(block.text, style.code_language)]
        case Figure():
            return _figure(block, values, style)
        case Table():
            return _table(block, values, style)


def section_anchor(name: str) -> str:
    return f"section-{name}"


def _caption(block: Figure | Table, values: Substitution) -> Inlines:
    number = element("Strong", words(f"{values.references.exhibits[block.id]}."))
    return [number, SPACE, *inlines(block.caption, values)]


def _figure(block: Figure, values: Substitution, style: Style) -> Blocks:
    alternative = words(plain_text(inlines(block.alt, values)))  # without links
    picture = image(alternative, style.image_target(block))
    caption, identifier = _caption(block, values), exhibit_anchor(block.id)
    if style.has_captions:
        return [figure(identifier, picture, caption)]
    return [paragraph([anchor(identifier), picture]), paragraph(caption)]


def _table(block: Table, values: Substitution, style: Style) -> Blocks:
    head = [inlines(column, values) if column else [] for column in block.columns]
    rows = [_row(row, len(head), values) for row in block.rows]
    numeric = tuple(block.numeric) + (False,) * (len(head) - len(block.numeric))
    widths = column_widths([head, *rows], numeric)
    caption, identifier = _caption(block, values), exhibit_anchor(block.id)
    lines = min(len(rows), _MAX_UNBROKEN_ROWS) + _HEAD_LINES
    before = style.keep_together(lines) if style.keep_together else []
    if style.has_captions:
        return [*before, table(identifier, caption, head, rows, numeric, widths)]
    return [paragraph([anchor(identifier), *caption]), table("", [], head, rows, numeric, widths)]


def _row(cells: Sequence[str], columns: int, values: Substitution) -> list[Inlines]:
    """Return one cell for each column. Too many cells are an error, because pandoc would drop them silently."""
    padded = [*cells, *[""] * (columns - len(cells))]
    if len(padded) > columns:
        raise ValueError(f"a table has {columns} columns, but a row has {len(cells)} cells: {list(cells)}")
    return [inlines(cell, values) if cell else [] for cell in padded]
