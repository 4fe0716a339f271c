"""Object to empty texts, and to texts that are much longer than the original."""

from __future__ import annotations

from collections.abc import Iterator

from agents.documents.placeholders import PLACEHOLDER
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.rewording.fidelity.rewording_context import RewordingContext

LENGTH_RULES = ("empty", "too_long")
_MAX_RATIO = 2.0  # of the length to that of the original
_ALLOWANCE = 80  # additional characters, for short texts
_PLACEHOLDER_LENGTH = 8  # characters that a placeholder counts for, whatever the length of its id
_SHOWN = 40  # characters of the text in the objection


def check_length(passage: Passage, context: RewordingContext) -> Iterator[Mark]:
    length, maximum = _length(passage.text), int(_MAX_RATIO * _length(context.original.text)) + _ALLOWANCE
    if not passage.text:
        yield Mark(0, 0, "empty", "is empty; leave the slot out to keep the original text")
    elif length > maximum:
        reason = f"is {length} characters long, and at most {maximum} are allowed; a placeholder counts as a word"
        yield Mark(0, _SHOWN, "too_long", reason)


def _length(text: str) -> int:
    return len(PLACEHOLDER.sub("x" * _PLACEHOLDER_LENGTH, text))
