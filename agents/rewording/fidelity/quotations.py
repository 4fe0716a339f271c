"""Sentences that give the words of others: of the spec's author, of a log, of a check. They stay as code put them.

A log line may say anything, also "accuracy doubled". Code puts it where it reads as a quotation; whoever reworded the
sentence could make a finding of it, and no rule for numbers or comparisons would see that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agents.context.case import Book
from agents.documents.placeholders import PLACEHOLDER, Placeholder, placeholders
from agents.review.text.objection import Objection

_END = re.compile(r"(?<=[.!?])\s+")
_FEW = 3  # so many words are a name or a label
_OF_CODE = ("test.", "experiment.", "registration.")
_NAMES = ("name", "research_question")  # a title claims nothing, nor does a question


def changed_quotations(slot: str, original: str, text: str, book: Book) -> Iterator[Objection]:
    """Objections to sentences that give words of others and do not stand so in the original."""
    known = set(_quoting(original, book))
    for sentence in _quoting(text, book):
        if sentence not in known:
            reason = "gives the words of others: keep such a sentence as it was, or leave it out"
            yield Objection(slot, 1, text.find(sentence) + 1, sentence[:80], "changed_quotation", reason)


def _quoting(text: str, book: Book) -> Iterator[str]:
    for sentence in _sentences(text):
        if any(_is_of_others(each, book) for each in placeholders(sentence)):
            yield sentence


def _sentences(text: str) -> Iterator[str]:
    """Placeholders may hold a full stop and a space, and are one word here."""
    masked = PLACEHOLDER.sub(lambda match: "x" * len(match[0]), text)
    start = 0
    for end in _END.finditer(masked):
        yield text[start : end.start()]
        start = end.end()
    yield text[start:]


def _is_of_others(placeholder: Placeholder, book: Book) -> bool:
    if placeholder.kind == "spec":
        return placeholder.name not in _NAMES and _is_prose(book.spec.get(placeholder.name))
    fact = book.facts.get(placeholder.name) if placeholder.kind == "f" else None
    return fact is not None and not fact.id.startswith(_OF_CODE) and _is_prose(fact.value)


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and len(value.split()) > _FEW
