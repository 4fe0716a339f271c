"""Extract the texts of Markdown, plain text or HTML, with the position of each character in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

from agents.review.finished_text.html_text import blank, blank_tags

if TYPE_CHECKING:
    from markdown_it.token import Token

_MARKUP = re.compile(
    r"(?P<address>\]\((?:[^()\"\s]|\([^()]*\))*|<?(?:https?|ftp|mailto):[^\s)>]*>?)"
    r"|(?P<definition>(?m:^\s*\[[^\]]+\]:.*$))|(?P<footnote>\[\^[^\]]+\]:?|\[@[^\]]*\])"
    r"|(?P<attributes>\{[#.][^}\n]*\})"
)
_ENTITY = re.compile(r"&#?\w+;")
_ENUMERATOR = re.compile(r"(?m)^\s*(?:[-*+>]\s+)*(?:\(?[0-9]{1,3}[.)]|[-*+])\s+")
_HEADING_NUMBER = re.compile(r"(?m)^\s*#{1,6}\s+(?:[0-9]+(?:\.[0-9]+)*\.?\s)?")
_RULER = re.compile(r"(?m)^[\s|:+=-]+$")


@dataclass(frozen=True)
class Piece:
    """A paragraph, heading, item or row. `positions` are those of its characters in the file, and its end."""

    text: str
    positions: Sequence[int]


def pieces(source: str, *, is_html: bool = False) -> Iterator[Piece]:
    """Yield the texts of a file without markup. Code blocks are omitted, inline code is not."""
    text = blank_tags(source)
    if is_html:
        yield from _line_pieces(text)
        return
    for pattern in (_HEADING_NUMBER, _ENUMERATOR, _RULER, _MARKUP):
        text = pattern.sub(blank, text)
    for start, end, has_rows in _blocks(source):
        block = text[start:end]
        yield from _line_pieces(block, start) if has_rows else [_piece(block.replace("\n", " "), start)]


def _blocks(source: str) -> Iterator[tuple[int, int, bool]]:
    """Yield start and end of each block, and whether its lines are separate rows, as those of a table are."""
    from markdown_it import MarkdownIt

    lines = [0, *(match.end() for match in re.finditer("\n", source)), len(source)]
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.map and token.type in ("inline", "html_block"):
            yield lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)], _has_rows(token)


def _has_rows(token: Token) -> bool:
    return token.type == "html_block" or "|" in token.content


def _line_pieces(text: str, start: int = 0) -> Iterator[Piece]:
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield _piece(line, start)
        start += len(line)


def _piece(text: str, start: int) -> Piece:
    """Decode the entities of a text, because a digit may be written as one."""
    characters, positions, end = "", list[int](), 0
    for entity in _ENTITY.finditer(text):
        decoded = unescape(entity[0])
        characters += text[end : entity.start()] + decoded
        positions += [*range(start + end, start + entity.start()), *([start + entity.start()] * len(decoded))]
        end = entity.end()
    return Piece(characters + text[end:], [*positions, *range(start + end, start + len(text) + 1)])
