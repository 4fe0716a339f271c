"""No number in words outside a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.rules.idioms import NUMBER_IDIOMS, outside, spans
from agents.review.text.folding import MASK
from agents.review.text.passage import Mark, Passage

_FROM_ZERO = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_FROM_TWENTY = "twenty thirty forty fifty sixty seventy eighty ninety"
CARDINALS = {word: number for number, word in enumerate(_FROM_ZERO.split())}
TENS = {word: 10 * number for number, word in enumerate(_FROM_TWENTY.split(), start=2)}
_OTHER = (
    r"hundreds?|thousands?|(?:m|b|tr|z)illions?|dozens?|myriads?|umpteen|nil|nought|naught|"
    r"(?:a|the) (?:couple|pair|handful|score)(?: of)?|couple of|handfuls? of|scores of|"
    r"single|singly|sole|lone|solitary|singletons?|dual|duo|trio|triplets?|quartets?|"
    r"once|twice|thrice|half|halves|halv(?:e|ed|es|ing)|halfway|quarters?|"
    r"doubl(?:e|ed|es|ing|y)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)|quintupl(?:e|ed|es|ing)|tenfold|"
    r"per ?cent|percentage points?|per ?mille?|a fraction of|basis points?|orders? of magnitude"
)
_ORDINALS = (
    r"first(?:ly)?|seconds?|secondly|third(?:s|ly)?|fourth(?:s|ly)?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|"
    r"elevenths?|twelfths?|(?:thir|four|fif|six|seven|eigh|nine)teenths?|"
    r"(?:twent|thirt|fort|fift|sixt|sevent|eight|ninet)ieths?|hundredths?|thousandths?|millionths?"
)
_FOREIGN = (
    r"zwei|drei|vier|funf|sechs|sieben|neun|zehn|deux|trois|quatre|cinq|dos|tres|cuatro|cinco|siete|ocho|nueve|diez"
)
_UNIT = "|".join(CARDINALS)
_TEN = "|".join(TENS)
NUMBER_WORD = re.compile(
    rf"\b(?:(?:{_TEN})-?(?:{_UNIT})|(?:{_UNIT}|hundred|thousand|many|several|multi)-? ?fold|"
    rf"(?:{_UNIT})|(?!ones)(?:{_UNIT})s|{_TEN}|"
    rf"twenties|thirties|{_OTHER}|{_ORDINALS}|{_FOREIGN})\b|{MASK}[\s-]*fold\b|{MASK} times (?=as|the|that)"
)
_IDIOM = spans(NUMBER_IDIOMS)
_ROMAN = re.compile(r"\b(?=[IVXLCDM]{2,}\b)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})\b")
_SMALL_ROMAN = re.compile(r"\b(?=[ivx]{2,}\b)x{0,3}(?:ix|iv|v?i{0,3})\b")
_COUNTED = (
    r"(?:phase|type|part|stage|run|seed|arm|epoch|table|figure|fig|section|chapter|model|version|level|group|step)"
)
_LONE_ROMAN = re.compile(rf"\b(?i:{_COUNTED}\.? )([IVX])\b")
_ABBREVIATIONS = frozenset(("CI", "CD", "CV", "ML", "DL", "MC", "MD", "CL", "DC", "MI", "DI", "MIX", "CC"))


def number_words(passage: Passage) -> Iterator[Mark]:
    for reading in passage.readings:
        for match in outside(NUMBER_WORD, _IDIOM, reading.text):
            start, end = reading.span(*match.span())
            yield Mark(start, end, "number_word", f"'{match[0].strip(MASK)}' is a number: name the fact that gives it")
    yield from _romans(passage)


def _romans(passage: Passage) -> Iterator[Mark]:
    found = [*_ROMAN.finditer(passage.plain), *_SMALL_ROMAN.finditer(passage.plain)]
    for start, end in [match.span() for match in found] + [one.span(1) for one in _LONE_ROMAN.finditer(passage.plain)]:
        numeral = passage.plain[start:end]
        if numeral not in _ABBREVIATIONS:
            yield Mark(start, end, "number_word", f"'{numeral}' reads as a Roman numeral")
