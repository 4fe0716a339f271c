"""Numbers as people write them: digits of any script, thousands, exponents, percent, words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from agents.review.rules.idioms import NUMBER_IDIOMS, outside, spans
from agents.review.rules.number_words import CARDINALS, NUMBER_WORD, TENS
from agents.review.text.passage import Passage

_NUMBER = re.compile(
    r"(?=[-+−–]?\.?\d)(?P<sign>(?<![\w.)\]%])[-+−–])?(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)?(?P<part>(?<=\d)\.\d+|(?<![\w.])\.\d+)?"
    r"(?P<exponent>(?<=\d)[eE][-+−]?\d+)?(?P<percent>\s?[%％٪])?"
)
_GLUED = re.compile(r"[^\W\d_]")
_UNITS_GLUED = re.compile(r"(?:s|ms|min|h|kb|mb|gb|tb|kib|mib|gib|st|nd|rd|th)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:\b(?:fig(?:ure|s|ures)?|tab(?:le|les)?|sec(?:tion|tions)?|chapters?|app(?:endix)?|eq(?:uation)?s?|step|pages?|pp?|"
    r"notes?|footnotes?|refs?|references?)\.?|§)\s*(?:[\d.]+(?:,| and| to|–|-)\s*)*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|\+\d{2}:\d{2})?)?"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?"
    r"|\[\d{1,3}(?:[,–-]\s?\d{1,3})*\]"
)
_IDIOM = spans(NUMBER_IDIOMS)
_ORDINAL = re.compile(r"(?:first|second|third|fourth|fif|six|seven|eigh|nin|ten|eleven|twelf)(?:th)?(?:ly)?$")
_WORD_VALUES = {
    **CARDINALS,
    **TENS,
    "single": 1,
    "sole": 1,
    "lone": 1,
    "dozen": 12,
    "a couple": 2,
    "a pair": 2,
    "once": 1,
}


@dataclass(frozen=True)
class Written:
    """A number in a text. `value` None: no fact could match it. `step` is the size of its last digit."""

    start: int
    end: int
    value: float | None
    step: float = 1.0
    is_percent: bool = False
    is_glued: bool = False  # part of a name, such as GPT-2

    @property
    def is_bare(self) -> bool:
        return self.step == 1.0 and not self.is_percent


def written_numbers(passage: Passage) -> Iterator[Written]:
    """Those that number figures and sections, and dates, are left out."""
    text = ascii_digits(passage.plain)
    dates = [match.span() for match in _DATE.finditer(text)]
    for match in _NUMBER.finditer(text):
        is_date = any(start <= match.start() < end for start, end in dates)
        is_number = bool(match["whole"] or match["part"])
        if is_number and not is_date and not _NUMBERED.search(text[max(0, match.start() - 40) : match.start()]):
            yield _written(match, text)
    yield from _odd(passage.plain, text)
    yield from _words(passage)


def ascii_digits(text: str) -> str:
    """Digits of every script as 0 to 9, with its separators; other characters stay, so places do."""
    return text if text.isascii() else "".join(map(_ascii, text))


def _ascii(character: str) -> str:
    if unicodedata.category(character) == "Nd":
        return str(unicodedata.decimal(character))
    return {"٫": ".", "٬": ",", "．": ".", "\u00a0": " ", "\u202f": " "}.get(character, character)


def _written(match: re.Match[str], text: str) -> Written:
    digits = (match["whole"] or "0").replace(",", "")
    exponent = max(-200, min(200, int((match["exponent"] or "e0")[1:].replace("−", "-")[:6])))
    decimals = min(len(match["part"] or ".") - 1, 100)
    value = float(f"{digits}{match['part'] or ''}e{exponent}")
    start = next(match.start(part) for part in ("sign", "whole", "part") if match[part])
    is_negative = match["sign"] in ("-", "−", "–")
    return Written(
        start,
        match.end(),
        -value if is_negative else value,
        10.0 ** (exponent - decimals),
        bool(match["percent"]),
        _is_glued(match, text),
    )


def _is_glued(match: re.Match[str], text: str) -> bool:
    start = match.start("whole") if match["whole"] else match.start("part")
    before, after = text[max(0, start - 2) : start], text[match.end() : match.end() + 1]
    in_name = bool(_GLUED.match(before[-1:])) or (before[-1:] in "-_" and bool(_GLUED.match(before[:1])))
    return in_name or (bool(_GLUED.match(after)) and not _UNITS_GLUED.match(text, match.end()))


def _odd(plain: str, text: str) -> Iterator[Written]:
    """½, ², ③, Ⅳ, 五."""
    for place, character in enumerate(plain):
        if not character.isascii() and text[place] == character and unicodedata.numeric(character, None) is not None:
            yield Written(place, place + 1, None)


def _words(passage: Passage) -> Iterator[Written]:
    """Ordinals order and do not measure: they are left alone."""
    for reading in passage.readings:
        for match in outside(NUMBER_WORD, _IDIOM, reading.text):
            if not _ORDINAL.match(match[0]):
                yield Written(*reading.span(*match.span()), _word_value(match[0]))


def _word_value(word: str) -> float | None:
    tens, _, ones = word.partition("-")
    if ones and tens in TENS and ones in CARDINALS:
        return TENS[tens] + CARDINALS[ones]
    return _WORD_VALUES.get(word.removesuffix(" of"))
