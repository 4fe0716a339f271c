"""A template text as pandoc's inlines: emphasis, strong emphasis, inline code and placeholders; all else is text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from agents.documents.placeholders import PLACEHOLDER, Placeholder
from agents.rendering import pandoc_ast as tree
from agents.rendering.pandoc_ast import Node, Nodes

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_SLOT = "\ue000"  # stands for a placeholder while Markdown is parsed, so that an id is never read as emphasis
_IN_LIST = re.compile(r"(?:,| and|, and) ")
Show = Callable[[Placeholder, bool], Nodes]  # whether the placeholder begins a sentence


def inlines(text: str, show: Show) -> Nodes:
    """`show` gives what stands for a placeholder."""
    text = " ".join(text.replace(_SLOT, "").split())
    waiting = [show(one, begins) for one, begins in _placed(text)]
    tokens = _markdown().parseInline(PLACEHOLDER.sub(_SLOT, text))[0].children or []
    return _nested(iter(tokens), iter(waiting))


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["emphasis", "backticks"])


def _placed(text: str) -> Iterator[tuple[Placeholder, bool]]:
    """Each with whether it begins a sentence, or continues a list of citations that does."""
    end, begun = 0, False
    for match in PLACEHOLDER.finditer(text):
        goes_on = begun and match[1] == "cite" and _IN_LIST.fullmatch(text[end : match.start()]) is not None
        begins = goes_on or _begins(text[: match.start()])
        end, begun = match.end(), begins and match[1] == "cite"
        yield Placeholder(match[1], match[2], match.start(), match.end()), begins


def _begins(before: str) -> bool:
    return re.search(r"(^|[.?!:][*_”]*\s)$", before) is not None


def _nested(tokens: Iterator[Token], waiting: Iterator[Nodes]) -> Nodes:
    """Inlines up to the end of the tokens or the end of the emphasis they stand in."""
    found: Nodes = []
    for token in tokens:
        if token.type in ("em_open", "strong_open"):
            wrap = tree.emphasis if token.type == "em_open" else tree.strong
            found.append(wrap(_nested(tokens, waiting)))
        elif token.type in ("em_close", "strong_close"):
            break
        elif token.type == "code_inline":
            found += _code(token.content, waiting)
        else:
            found += _filled(token.content, waiting)
    return found


def _filled(text: str, waiting: Iterator[Nodes]) -> Nodes:
    first, *others = text.split(_SLOT)
    found = tree.words(first)
    for other in others:
        found += [*next(waiting), *tree.words(other)]
    return found


def _code(text: str, waiting: Iterator[Nodes]) -> list[Node]:
    first, *others = text.split(_SLOT)
    return [tree.code(first + "".join(tree.plain(next(waiting)) + other for other in others))]
