"""Signs and characters that compare, count or hide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from agents.review.text.folding import MASK
from agents.review.text.passage import Mark, Passage

_ALLOWED = frozenset("+=±−~|¬©®™°")  # of the symbols; a few of them are markup, and that rule's to tell
_PERCENT = frozenset("%‰‱٪﹪％")
_INVISIBLE = ("Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp")
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_MAYBE_SYMBOL = re.compile(r"[%<>]|[^\x00-\x7f]")
_MAYBE_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|[^\x00-\x7f]")
_SPACED = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-*_·][^\W\d_]){3,}(?!\w)")
_WORD = re.compile(r"[^\W\d_]{2,}")


def symbols(passage: Passage) -> Iterator[Mark]:
    """`<`, `→`, `×`, `%`, pictographs. A product of placeholders may hold a `×`."""
    for match in _MAYBE_SYMBOL.finditer(passage.plain):
        if match[0] in _PERCENT:
            yield Mark(*match.span(), "symbol", "a value brings its own unit: no percent sign beside it")
        elif unicodedata.category(match[0]) in ("Sm", "So") and not _is_allowed(passage.plain, match.start()):
            yield Mark(*match.span(), "symbol", f"{_name(match[0])} compares, counts or praises: say it in words")


def _is_allowed(plain: str, place: int) -> bool:
    if plain[place] == "×":
        return plain[:place].rstrip().endswith(MASK) and plain[place + 1 :].lstrip().startswith(MASK)
    return plain[place] in _ALLOWED


def hidden(passage: Passage) -> Iterator[Mark]:
    """Characters nobody sees, letters set apart, words of a script that cannot be reviewed."""
    for match in _MAYBE_HIDDEN.finditer(passage.text):
        if match[0] in _FILLERS or unicodedata.category(match[0]) in _INVISIBLE:
            yield Mark(*match.span(), "hidden", f"{_name(match[0])} is not seen: take it out")
    for match in _SPACED.finditer(passage.plain):
        yield Mark(*match.span(), "hidden", "letters set apart read as a word: write it")
    if not passage.plain.isascii():
        yield from _foreign(passage.plain)


def _foreign(plain: str) -> Iterator[Mark]:
    for match in _WORD.finditer(plain):
        if not all(one.isascii() or _is_latin(one) for one in match[0]):
            yield Mark(*match.span(), "hidden", "letters that are not Latin cannot be reviewed")


def _is_latin(character: str) -> bool:
    base = unicodedata.normalize("NFKD", character)[0]
    return base.isascii() or (unicodedata.name(base, "").startswith("LATIN") and ord(base) < 0x250)


def _name(character: str) -> str:
    return f"U+{ord(character):04X} ({unicodedata.name(character, 'without a name').lower()})"
