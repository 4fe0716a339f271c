"""No markup but emphasis and inline code, and no braces but those of placeholders."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from agents.review.text.passage import Mark, Passage

_MARKUP = {
    "HTML": r"<[a-zA-Z!/?][^>]*>?|&#?\w+;",
    "a link or an image": r"!?\[[^\]]*\]\s?[(\[:]|\]\(|<?\b(?:https?|ftp|file|data|javascript|mailto):\S|\bwww\.|!\[",
    "a footnote": r"\[\^|\^\[",
    "a citation in pandoc's way": r"(?<!\w)-?@\w|\[@",
    "TeX": r"\\|\$",
    "a script above or below the line": r"[\^~]",
    "a heading, a list or a quotation": r"(?m:^\s*(?:#{1,6}(?=\s|$)|[>|]|[-*+](?=\s)))",
    "a rule or a block": r"(?m:^\s*(?:(?:[-*_=]\s*){3,}$|:::)|^    \S)",
    "a block of code": r"```|~~~",
}
_PATTERNS = {what: re.compile(pattern) for what, pattern in _MARKUP.items()}

_MAYBE_BRACE = re.compile(r"[{}]|[^\x00-\x7f]")


def markup(passage: Passage) -> Iterator[Mark]:
    for what, pattern in _PATTERNS.items():
        for match in pattern.finditer(passage.plain):
            yield Mark(*match.span(), "markup", f"{what}: texts know emphasis and inline code only")


def malformed(passage: Passage) -> Iterator[Mark]:
    """Braces that are left when every whole placeholder is taken out."""
    for match in _MAYBE_BRACE.finditer(passage.plain):
        if unicodedata.normalize("NFKC", match[0]) in ("{", "}"):
            yield Mark(*match.span(), "malformed", "a brace that belongs to no whole placeholder {{kind:name}}")
