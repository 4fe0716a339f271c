"""Convert a template text to pandoc inlines.

Emphasis, strong emphasis, inline code and placeholders are converted. Everything else is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from agents.documents.placeholders import PLACEHOLDER, Placeholder
from agents.rendering.pandoc_ast import Element, Inlines, code, element, plain_text, words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARK = "\ue000"  # replaces placeholders while Markdown is parsed, so that no id is parsed as emphasis
_LIST_SEPARATOR = re.compile(r"(?:,| and|, and) ")
Substitute = Callable[[Placeholder, bool], Inlines]  # (placeholder, whether it begins a sentence) -> its value


def inlines(text: str, substitute: Substitute) -> Inlines:
    """Return the text with the values of its placeholders."""
    text = " ".join(text.replace(_MARK, "").split())
    values = [substitute(placeholder, begins_sentence) for placeholder, begins_sentence in _placeholders(text)]
    tokens = _markdown().parseInline(PLACEHOLDER.sub(_MARK, text))[0].children or []
    return _convert(iter(tokens), iter(values))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["emphasis", "backticks"])


def _placeholders(text: str) -> Iterator[tuple[Placeholder, bool]]:
    """Yield each placeholder, and whether it begins a sentence or continues a list of citations that begins one."""
    end, is_initial_citation = 0, False
    for match in PLACEHOLDER.finditer(text):
        is_citation = match[1] == "cite"
        continues_list = is_initial_citation and is_citation and _LIST_SEPARATOR.fullmatch(text[end : match.start()])
        begins_sentence = bool(continues_list) or _ends_sentence(text[: match.start()])
        end, is_initial_citation = match.end(), begins_sentence and is_citation
        yield Placeholder(match[1], match[2], match.start(), match.end()), begins_sentence


def _ends_sentence(before: str) -> bool:
    return re.search(r"(^|[.?!:][*_”]*\s)$", before) is not None


def _convert(tokens: Iterator[Token], values: Iterator[Inlines]) -> Inlines:
    """Convert tokens up to the end of the text or of the enclosing emphasis."""
    converted: Inlines = []
    for token in tokens:
        if token.type in ("em_open", "strong_open"):
            kind = "Emph" if token.type == "em_open" else "Strong"
            converted.append(element(kind, _convert(tokens, values)))
        elif token.type in ("em_close", "strong_close"):
            break
        elif token.type == "code_inline":
            converted.append(_code(token.content, values))
        else:
            converted += _text(token.content, values)
    return converted


def _text(text: str, values: Iterator[Inlines]) -> Inlines:
    first, *others = text.split(_MARK)
    converted = words(first)
    for other in others:
        converted += [*next(values), *words(other)]
    return converted


def _code(text: str, values: Iterator[Inlines]) -> Element:
    first, *others = text.split(_MARK)
    return code(first + "".join(plain_text(next(values)) + other for other in others))
