"""Find number words and Roman numerals, and the values of number words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.lexicon.idioms import NUMBER_IDIOMS, matches_outside
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_LISTS = word_lists(__file__)
_CARDINALS = {word: number for number, word in enumerate(_LISTS["cardinals"])}
_TENS = {word: 10 * number for number, word in enumerate(_LISTS["tens"], start=2)}
_VALUES: dict[str, int] = {**_CARDINALS, **_TENS, **_LISTS["values"]}
_UNIT, _TEN = "|".join(_CARDINALS), "|".join(_TENS)
_NUMBER_WORD = re.compile(
    rf"\b(?:(?:{_TEN})-?(?:{_UNIT})|(?:{_UNIT}|hundred|thousand|many|several|multi)-? ?fold|"
    rf"(?:{_UNIT})|(?!ones)(?:{_UNIT})s|{_TEN}|{alternatives(_LISTS, 'other', 'ordinals', 'foreign')})\b"
    r"|\x1a[\s-]*fold\b|\x1a times (?=as|the|that)"
)
_ORDINAL = re.compile(r"(?:first|second|third|fourth|fif|six|seven|eigh|nin|ten|eleven|twelf)(?:th)?(?:ly)?$")
_ROMAN_NUMERALS = (
    re.compile(r"\b(?=[IVXLCDM]{2,}\b)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b"),
    re.compile(r"\b(?=[ivx]{2,}\b)x{0,3}(?:ix|iv|v?i{0,3})\b"),
    re.compile(rf"(?i:\b(?:{alternatives(_LISTS, 'numbered')})\.? )(?P<numeral>[IVX])\b"),
)


def number_words(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each number word outside idioms, in every reading of the passage."""
    for reading in passage.readings:
        for match in matches_outside(_NUMBER_WORD, NUMBER_IDIOMS, reading.text):
            yield *reading.span(*match.span()), match[0]


def roman_numerals(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each Roman numeral. A single letter counts only after a word such as "phase"."""
    for pattern in _ROMAN_NUMERALS:
        for match in pattern.finditer(text):
            start, end = match.span("numeral" if "numeral" in pattern.groupindex else 0)
            if text[start:end] not in _LISTS["abbreviations"]:
                yield start, end


def is_ordinal(word: str) -> bool:
    return _ORDINAL.match(word) is not None


def word_value(word: str) -> float | None:
    """Return the value of a number word, or None if it has no definite one."""
    tens, _, ones = word.partition("-")
    if ones and tens in _TENS and ones in _CARDINALS:
        return _TENS[tens] + _CARDINALS[ones]
    return _VALUES.get(word.removesuffix(" of"))
