"""Object to symbols that compare or count, and to hidden or unreadable characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from agents.review.rule import Context
from agents.review.text.folding import MASK
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_ALLOWED = frozenset("+=±−~|¬©®™°")  # some of these are markup, which has its own rule
_PERCENT = frozenset("%‰‱٪﹪％")
_INVISIBLE = ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_MAYBE_SYMBOL = re.compile(r"[%<>]|[^\x00-\x7f]")
_MAYBE_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|[^\x00-\x7f]")
_SPACED_LETTERS = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-*_·][^\W\d_]){3,}(?!\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")


def check_symbols(passage: Passage, _: Context) -> Iterator[Mark]:
    """Yield a mark for each `<`, `→`, `×`, `%` and pictograph. `×` is allowed between two placeholders."""
    for match in _MAYBE_SYMBOL.finditer(passage.masked_text):
        if match[0] in _PERCENT:
            yield Mark(*match.span(), "symbol", "the value includes its unit: remove the percent sign")
        elif unicodedata.category(match[0]) in ("Sm", "So") and not _is_allowed(passage.masked_text, match.start()):
            yield Mark(*match.span(), "symbol", f"{_name(match[0])} compares, counts or praises: use words")


def _is_allowed(text: str, position: int) -> bool:
    if text[position] == "×":
        return text[:position].rstrip().endswith(MASK) and text[position + 1 :].lstrip().startswith(MASK)
    return text[position] in _ALLOWED


def check_hidden_characters(passage: Passage, _: Context) -> Iterator[Mark]:
    """Yield marks for invisible characters, spaced letters, and words in a script that cannot be reviewed."""
    written = passage.as_written
    for match in _MAYBE_HIDDEN.finditer(written.text):
        if match[0] in _FILLERS or unicodedata.category(match[0]) in _INVISIBLE:
            yield Mark(*match.span(), "hidden", f"{_name(match[0])} is invisible: remove it")
    for match in _SPACED_LETTERS.finditer(written.masked_text):
        yield Mark(*match.span(), "hidden", "spaced letters read as a word: write the word")
    if not written.masked_text.isascii():
        for match in _WORD.finditer(written.masked_text):
            if not all(letter.isascii() or _is_latin(letter) for letter in match[0]):
                yield Mark(*match.span(), "hidden", "letters that are not Latin cannot be reviewed")


def _is_latin(character: str) -> bool:
    base = unicodedata.normalize("NFKD", character)[0]
    return base.isascii() or (unicodedata.name(base, "").startswith("LATIN") and ord(base) < 0x250)


def _name(character: str) -> str:
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'without a name').lower()})"
