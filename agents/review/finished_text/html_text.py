"""Blank the tags of HTML, also inside Markdown, without changing the position of any other character."""

from __future__ import annotations

import re

_NOT_SHOWN = re.compile(r"(?is)<(script|style|svg|head)\b.*?</\1\s*>|data:[\w/+;,=.-]+")
_TAG = re.compile(r"(?s)<!--(?P<comment>.*?)-->|</?[a-zA-Z][^>]*>")
_SHOWN_ATTRIBUTE = re.compile(r"\b(?:title|alt|content|aria-label)\s*=\s*(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h\d|li|td|th|tr|table|ul|ol|section|figure|figcaption|br|blockquote)\b", re.IGNORECASE
)


def blank_tags(source: str) -> str:
    """Replace tags by spaces, and block tags by line ends. Comments and attributes that a reader may see are kept."""
    return _TAG.sub(_blank_tag, _NOT_SHOWN.sub(blank, source))


def blank(match: re.Match[str]) -> str:
    """Return as many spaces as the match has characters. Its line ends are kept."""
    return "".join("\n" if character == "\n" else " " for character in match[0])


def _blank_tag(match: re.Match[str]) -> str:
    visible_spans = [match.span("comment")] if match["comment"] else []
    visible_spans += [attribute.span(1) for attribute in _SHOWN_ATTRIBUTE.finditer(match.string, *match.span())]
    filler = "\n" if _BLOCK_TAG.match(match[0]) else " "
    characters = ["\n" if character == "\n" else filler for character in match[0]]
    if match[0].startswith(("<code", "</code")):
        # Mark code as Markdown does, so that the rules treat it as inline code.
        characters[0 if match[0][1] == "/" else -1] = "`"
    for start, end in visible_spans:
        characters[start - match.start() : end - match.start()] = match.string[start:end]
    return "".join(characters)
