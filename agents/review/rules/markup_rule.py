"""Object to markup other than emphasis and inline code, and to braces that belong to no placeholder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_MARKUP = {
    "HTML": r"<[a-zA-Z!/?][^>]*>?|&#?\w+;",
    "a link or an image": r"!?\[[^\]]*\]\s?[(\[:]|\]\(|<?\b(?:https?|ftp|file|data|javascript|mailto):\S|\bwww\.|!\[",
    "a footnote": r"\[\^|\^\[",
    "a citation in the syntax of Pandoc": r"(?<!\w)-?@\w|\[@",
    "TeX": r"\\|\$",
    "a superscript or subscript": r"[\^~]",
    "a heading, a list or a block quotation": r"(?m:^\s*(?:#{1,6}(?=\s|$)|[>|]|[-*+](?=\s)))",
    "a horizontal rule or a block": r"(?m:^\s*(?:(?:[-*_=]\s*){3,}$|:::)|^    \S)",
    "a code block": r"```|~~~",
}
_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _MARKUP.items()}
_MAYBE_BRACE = re.compile(r"[{}]|[^\x00-\x7f]")


def check_markup(passage: Passage, _: Context) -> Iterator[Mark]:
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(passage.masked_text):
            yield Mark(*match.span(), "markup", f"{kind}: only emphasis and inline code are allowed")


def check_braces(passage: Passage, _: Context) -> Iterator[Mark]:
    for match in _MAYBE_BRACE.finditer(passage.masked_text):
        if unicodedata.normalize("NFKC", match[0]) in ("{", "}"):
            yield Mark(*match.span(), "malformed", "a brace that is not part of a placeholder {{kind:name}}")
