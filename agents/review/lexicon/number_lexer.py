"""Find numbers in text: digits of any script, thousands separators, exponents, percent, number words."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from agents.review.lexicon.number_words import is_ordinal, number_words, word_value
from agents.review.text.passage import Passage
from agents.review.text.spans import Spans

_MAYBE_DIGIT = re.compile(r"[0-9]|[^\x00-\x7f]")
_DECIMAL = re.compile(
    r"(?=[-+−–]?\.?\d)(?P<sign>(?<![\w.)\]%])[-+−–])?"
    r"(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?P<fraction>(?<=\d)\.\d+|(?<![\w.])\.\d+)?"
    r"(?P<exponent>(?<=\d)[eE][-+−]?\d+)?(?P<percent>\s?[%％٪])?"
)
_SEPARATE_DECIMAL = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w]|\.\d)")
_LETTER = re.compile(r"[^\W\d_]")
_UNIT_SYMBOL = re.compile(r"(?:s|ms|min|h|kb|mb|gb|tb|kib|mib|gib|st|nd|rd|th)\b", re.IGNORECASE)
_NUMBERING = re.compile(
    r"(?:\b(?:fig(?:ure|s|ures)?|tab(?:le|les)?|sec(?:tion|tions)?|chapters?|app(?:endix)?|eq(?:uation)?s?|step|pages?|pp?|"
    r"notes?|footnotes?|refs?|references?)\.?|§)\s*(?:[\d.]+(?:,| and| to|–|-)\s*)*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|\+\d{2}:\d{2})?)?"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?"
    r"|\[\d{1,3}(?:[,–-]\s?\d{1,3})*\]"
)


@dataclass(frozen=True)
class Number:
    """A number in a text. `value` is None if it cannot be a fact's value. `step` is the unit of its last digit."""

    start: int
    end: int
    value: float | None
    step: float = 1.0
    is_percent: bool = False
    is_in_name: bool = False  # as in GPT-2

    @property
    def is_bare(self) -> bool:
        return self.step == 1.0 and not self.is_percent


def numbers(passage: Passage) -> Iterator[Number]:
    """Yield the numbers that state a quantity.

    Dates, ordinals and the numbers of figures, sections and citations are excluded.
    """
    text = ascii_digits(passage.masked_text)
    dates = Spans(match.span() for match in _DATE.finditer(text))
    for match in _DECIMAL.finditer(text):
        is_date = dates.contains(match.start())
        is_number = bool(match["whole"] or match["fraction"])
        if is_number and not is_date and not _NUMBERING.search(text[max(0, match.start() - 40) : match.start()]):
            yield _decimal(match, text)
    for position, character in enumerate(passage.masked_text):
        if text[position] == character and not character.isascii() and is_digit(character, of_value=True):
            yield Number(position, position + 1, None)  # ½, ², ③, Ⅳ, 五
    for start, end, word in number_words(passage):
        if not is_ordinal(word):
            yield Number(start, end, word_value(word))


def digit_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sequence of digits, of any script, with the separators in it."""
    end = 0
    for match in _MAYBE_DIGIT.finditer(text):
        if match.start() >= end and is_digit(match[0]):
            end = match.end()
            while end < len(text) and (is_digit(text[end]) or text[end] in ".,"):
                end += 1
            yield match.start(), match.start() + len(text[match.start() : end].rstrip(".,"))


def separate_numbers(text: str) -> Iterator[float]:
    """Yield the values of numbers in ASCII digits that are not part of a word or version."""
    values = (float(match[0]) for match in _SEPARATE_DECIMAL.finditer(text))
    yield from (value for value in values if math.isfinite(value))


def is_digit(character: str, *, of_value: bool = False) -> bool:
    """Return whether a character denotes a number in some script: 7, ٧, ½, ², ③, Ⅳ, 五.

    `of_value` requires that Unicode assigns it a numeric value.
    """
    if character.isascii():
        return character.isdigit()
    is_number = not of_value and unicodedata.category(character)[0] == "N"
    return is_number or unicodedata.numeric(character, None) is not None


def ascii_digits(text: str) -> str:
    """Replace digits and separators of every script by ASCII ones. Positions do not change."""
    return text if text.isascii() else "".join(map(_ascii_digit, text))


def _ascii_digit(character: str) -> str:
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    return {"٫": ".", "٬": ",", "．": ".", "\u00a0": " ", "\u202f": " "}.get(character, character)


def _decimal(match: re.Match[str], text: str) -> Number:
    digits = (match["whole"] or "0").replace(",", "")
    exponent = max(-200, min(200, int((match["exponent"] or "e0")[1:].replace("−", "-")[:6])))
    decimals = min(len(match["fraction"] or ".") - 1, 100)
    value = float(f"{digits}{match['fraction'] or ''}e{exponent}")
    start = next(match.start(group) for group in ("sign", "whole", "fraction") if match[group])
    is_negative = match["sign"] in ("-", "−", "–")
    return Number(
        start,
        match.end(),
        -value if is_negative else value,
        10.0 ** (exponent - decimals),
        bool(match["percent"]),
        _is_in_name(match, text),
    )


def _is_in_name(match: re.Match[str], text: str) -> bool:
    start = match.start("whole") if match["whole"] else match.start("fraction")
    before, after = text[max(0, start - 2) : start], text[match.end() : match.end() + 1]
    follows_name = bool(_LETTER.match(before[-1:])) or (before[-1:] in "-_" and bool(_LETTER.match(before[:1])))
    return follows_name or (bool(_LETTER.match(after)) and not _UNIT_SYMBOL.match(text, match.end()))
