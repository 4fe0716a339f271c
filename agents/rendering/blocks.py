"""The sections of a document as pandoc's blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from agents.documents.document import Block, Bullets, Figure, Paragraph, Quote, Section, Table, Verbatim
from agents.rendering import pandoc_ast as tree
from agents.rendering.column_widths import column_widths
from agents.rendering.inlines import inlines
from agents.rendering.pandoc_ast import Node, Nodes
from agents.rendering.substitution import Showing, exhibit_anchor

_WHOLE = 24  # rows that a table keeps on a page
_HEAD = 7  # lines of its caption and its header


@dataclass(frozen=True)
class Style:
    """What differs between formats. `image`: where the image of a figure is found, as the format names it."""

    image: Callable[[Figure], str]
    has_captions: bool = True  # else a caption is a paragraph beside its exhibit
    breaks_code: bool = False  # code as lines that a page may break, where the format has no safe code block
    code_language: str = ""  # where a block of code is fenced only if it has one
    room: Callable[[int], Nodes] | None = None  # what asks for so many lines on a page, before a table


def section_blocks(sections: Iterable[Section], showing: Showing, style: Style, level: int = 1) -> Nodes:
    found: Nodes = []
    for section in sections:
        found.append(tree.header(level, inlines(section.title, showing), section_anchor(section.id)))
        for block in section.blocks:
            found += blocks(block, showing, style)
        found += section_blocks(section.sections, showing, style, level + 1)
    return found


def blocks(block: Block, showing: Showing, style: Style) -> Nodes:
    match block:
        case Paragraph():
            return [tree.paragraph(inlines(block.text, showing))]
        case Bullets():
            return [tree.bullets(inlines(item, showing) for item in block.items)]
        case Quote():
            source = [tree.space(), *showing.works.citation(block.cite, is_subject=False)]
            return [tree.quotation([*tree.words(f"“{block.text}”"), *source])]
        case Verbatim():
            return [_code(block, style)]
        case Figure():
            return _figure(block, showing, style)
        case Table():
            return _table(block, showing, style)


def section_anchor(name: str) -> str:
    return f"section-{name}"


def _code(block: Verbatim, style: Style) -> Node:
    return tree.code_lines(block.text) if style.breaks_code else tree.code_block(block.text, style.code_language)


def _caption(block: Figure | Table, showing: Showing) -> Nodes:
    number = tree.strong(tree.words(f"{showing.named.exhibits[block.id]}."))
    return [number, tree.space(), *inlines(block.caption, showing)]


def _figure(block: Figure, showing: Showing, style: Style) -> Nodes:
    picture = tree.image(inlines(block.alt, showing), style.image(block))
    picture["c"][1] = tree.words(tree.plain(picture["c"][1]))  # an alternative text links to nothing
    caption, anchor = _caption(block, showing), exhibit_anchor(block.id)
    if style.has_captions:
        return [tree.figure(anchor, picture, caption)]
    return [tree.paragraph([tree.anchored(anchor, []), picture]), tree.paragraph(caption)]


def _table(block: Table, showing: Showing, style: Style) -> Nodes:
    head = [inlines(column, showing) if column else [] for column in block.columns]
    rows = [_row(row, len(head), showing) for row in block.rows]
    numeric = tuple(block.numeric) + (False,) * (len(head) - len(block.numeric))
    caption, anchor = _caption(block, showing), exhibit_anchor(block.id)
    inner = caption if style.has_captions else []
    made = tree.table(anchor if inner else "", inner, head, rows, numeric, column_widths([head, *rows], numeric))
    room = style.room(min(len(rows), _WHOLE) + _HEAD) if style.room else []
    return [*room, made] if inner else [tree.paragraph([tree.anchored(anchor, []), *caption]), made]


def _row(cells: Sequence[str], columns: int, showing: Showing) -> list[Nodes]:
    """As many cells as there are columns: a writer of pandoc drops what is over, and the page would not tell."""
    padded = [*cells, *[""] * (columns - len(cells))]
    if len(padded) > columns:
        raise ValueError(f"a row has {len(cells)} cells and its table {columns} columns: {list(cells)}")
    return [inlines(cell, showing) if cell else [] for cell in padded]
