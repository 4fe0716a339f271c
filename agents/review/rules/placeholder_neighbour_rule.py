"""Object to characters and words beside a placeholder that change its value: signs, letters, units, other values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from agents.documents.placeholders import Placeholder
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_SIGN = re.compile(r"(?<![\w\x1a)])[-−–‒—﹣－+]$|\b(?:minus|negative|plus)\s$", re.IGNORECASE)
_KINDS = {"s": "time", "bytes": "bytes"} | dict.fromkeys(("runs", "points", "epochs", "arms", "steps"), "counts")
_UNIT_AFTER = {
    unit: re.compile(rf"[\s-]*({alternatives(word_lists(__file__), kind)})\b", re.IGNORECASE)
    for unit, kind in _KINDS.items()
}
_SYNONYMS = {"s": ("second", ""), "bytes": ("byte",), "runs": ("run", "training"), "arms": ("arm", "level")}
# Texts between two placeholders with which their values read as one number.
_JOINTS = ("", ".", ",", "'", "_")


def check_placeholder_neighbours(passage: Passage, context: Context) -> Iterator[Mark]:
    facts = context.book.facts
    for placeholder in passage.placeholders:
        if placeholder.kind in ("f", "spec"):
            yield from _check_sign(passage, placeholder)
            yield from _check_letters(passage, placeholder)
        if placeholder.kind == "f" and placeholder.name in facts:
            yield from _check_unit(passage, placeholder, facts[placeholder.name].unit)
    for left, right in pairwise(passage.placeholders):
        if {left.kind, right.kind} <= {"f", "spec"} and passage.text[left.end : right.start] in _JOINTS:
            yield Mark(left.start, right.end, "composed", "two values read as one: put a word between them")


def _check_sign(passage: Passage, placeholder: Placeholder) -> Iterator[Mark]:
    match = _SIGN.search(passage.masked_text[max(0, placeholder.start - 12) : placeholder.start])
    if match:
        start = placeholder.start - len(match[0])
        yield Mark(start, placeholder.end, "sign", "the value includes its sign: remove this one")


def _check_letters(passage: Passage, placeholder: Placeholder) -> Iterator[Mark]:
    before = passage.masked_text[placeholder.start - 1 : placeholder.start]
    after = passage.masked_text[placeholder.end : placeholder.end + 1]
    if before.isalnum() or after.isalnum():
        reason = "letters touch the value: put a space or a hyphen between them"
        yield Mark(placeholder.start, placeholder.end, "composed", reason)


def _check_unit(passage: Passage, placeholder: Placeholder, unit: str) -> Iterator[Mark]:
    match = _UNIT_AFTER[unit].match(passage.masked_text, placeholder.end) if unit in _UNIT_AFTER else None
    if match and match[1].lower().rstrip("s") not in _SYNONYMS.get(unit, (unit.rstrip("s"),)):
        yield Mark(placeholder.start, match.end(), "unit", f"the value is in {unit}, not in {match[1]}")
