"""What stands beside a placeholder must not turn its value into another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.review.text.passage import Mark, Passage

_SIGN = re.compile(r"(?<![\w\x1a)])[-−–‒—﹣－+]$|\b(?:minus|negative|plus)\s$", re.IGNORECASE)
_UNITS = {
    "s": r"(?:milli|micro)?seconds?|minutes?|hours?|days?|ms|min|h",
    "bytes": r"[kmgt]i?b|(?:kilo|mega|giga)?bytes?|bits?",
    "runs": (_COUNTED := r"runs?|trainings?|points?|epochs?|steps?|arms?|levels?|samples?|experiments?"),
    "points": _COUNTED,
    "epochs": _COUNTED,
    "arms": _COUNTED,
    "steps": _COUNTED,
}
_SAME = {"s": "seconds s", "bytes": "bytes", "runs": "runs trainings", "arms": "arms levels"}
_NEXT = {unit: re.compile(rf"[\s-]*({words})\b", re.IGNORECASE) for unit, words in _UNITS.items()}


def joins(passage: Passage, book: Book) -> Iterator[Mark]:
    for one in passage.placeholders:
        if one.kind in ("f", "spec"):
            yield from _sign(passage, one)
            yield from _letters(passage, one)
        if one.kind == "f" and one.name in book.facts:
            yield from _unit(passage, one, book.facts[one.name].unit)
    for one, other in pairwise(passage.placeholders):
        if {one.kind, other.kind} <= {"f", "spec"} and passage.text[one.end : other.start] in ("", ".", ",", "'", "_"):
            yield Mark(one.start, other.end, "composed", "two values read as one: put a word between them")


def _sign(passage: Passage, one: Placeholder) -> Iterator[Mark]:
    match = _SIGN.search(passage.plain[max(0, one.start - 12) : one.start])
    if match:
        start = one.start - len(match[0])
        yield Mark(start, one.end, "sign", "a value brings its own sign")


def _letters(passage: Passage, one: Placeholder) -> Iterator[Mark]:
    before, after = passage.plain[one.start - 1 : one.start], passage.plain[one.end : one.end + 1]
    if before.isalnum() or after.isalnum():
        yield Mark(one.start, one.end, "composed", "letters run into the value: put a space or a hyphen between")


def _unit(passage: Passage, one: Placeholder, unit: str) -> Iterator[Mark]:
    match = _NEXT[unit].match(passage.plain, one.end) if unit in _NEXT else None
    if match and match[1].lower().rstrip("s") not in [word.rstrip("s") for word in _SAME.get(unit, unit).split()]:
        yield Mark(one.start, match.end(), "unit", f"the value is in {unit}, not in {match[1]}")
