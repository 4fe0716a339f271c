"""A finished text without its markup, and where in the file each character of it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_UNSEEN = re.compile(r"(?is)<(script|style|svg|head)\b.*?</\1\s*>|data:[\w/+;,=.-]+")
_TAG = re.compile(r"(?s)<!--(?P<comment>.*?)-->|</?[a-zA-Z][^>]*>")
_SHOWN_ATTRIBUTE = re.compile(r"\b(?:title|alt|content|aria-label)\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h\d|li|td|th|tr|table|ul|ol|section|figure|figcaption|br|blockquote)\b", re.IGNORECASE
)
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
    """A paragraph, heading, item or row. `positions` has the position of each character in the file, and the end."""

    text: str
    positions: Sequence[int]


def pieces(source: str, *, is_html: bool = False) -> Iterator[Piece]:
    """The texts of Markdown, plain text or HTML. Blocks of code are data and left out; inline code is not."""
    seen = _html_blanked(source)
    if is_html:
        yield from _lines(seen)
        return
    lines = _line_starts(source)
    for pattern in (_HEADING_NUMBER, _ENUMERATOR, _RULER, _MARKUP):
        seen = pattern.sub(_blank, seen)
    for start, end, is_flowing in _blocks(source, lines):
        text = seen[start:end]
        yield from [_piece(text.replace("\n", " "), start)] if is_flowing else _lines(text, start)


def _piece(text: str, start: int) -> Piece:
    """With entities as the eye reads them: a digit may be written as one."""
    characters, positions, at = "", list[int](), 0
    for entity in _ENTITY.finditer(text):
        read = unescape(entity[0])
        characters += text[at : entity.start()] + read
        positions += [*range(start + at, start + entity.start()), *([start + entity.start()] * len(read))]
        at = entity.end()
    return Piece(characters + text[at:], [*positions, *range(start + at, start + len(text) + 1)])


def _blocks(source: str, lines: list[int]) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether lines flow into each other. A table's rows do not."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.map and token.type in ("inline", "html_block"):
            yield lines[token.map[0]], lines[min(token.map[1], len(lines) - 1)], not _is_rows(token)


def _is_rows(token: Token) -> bool:
    return token.type == "html_block" or "|" in token.content


def _line_starts(source: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", source)), len(source)]


def _html_blanked(source: str) -> str:
    """Without tags; what a reader may meet in an attribute or a comment is kept."""
    return _TAG.sub(_tag_blanked, _UNSEEN.sub(_blank, source))


def _tag_blanked(match: re.Match[str]) -> str:
    kept = [(match.start("comment"), match.end("comment"))] if match["comment"] else []
    kept += [attribute.span(1) for attribute in _SHOWN_ATTRIBUTE.finditer(match.string, match.start(), match.end())]
    ends = "\n" if _BLOCK_TAG.match(match[0]) else " "
    shown = [ends if match.string[place] != "\n" else "\n" for place in range(match.start(), match.end())]
    if match[0].startswith(("<code", "</code")):
        shown[0 if match[0][1] == "/" else -1] = "`"
    for start, end in kept:
        shown[start - match.start() : end - match.start()] = match.string[start:end]
    return "".join(shown)


def _blank(match: re.Match[str]) -> str:
    return "".join("\n" if one == "\n" else " " for one in match[0])


def _lines(text: str, start: int = 0) -> Iterator[Piece]:
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield _piece(line, start)
        start += len(line)
