"""Object to changed sentences that quote the spec's author, a log or a check.

A log line may say anything, for example "accuracy doubled". Code presents it as a quotation. A reworded sentence could
present it as a finding, and no rule for numbers or comparisons would detect that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agents.context.case import Book
from agents.documents.placeholders import Placeholder, placeholders
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.rewording.fidelity.rewording_context import RewordingContext

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_MAX_WORDS_OF_LABEL = 3  # a longer value is prose
# Facts whose texts are written by code, by the beginning of their ids.
_WRITTEN_BY_CODE = ("test.", "experiment.", "registration.")
_SPEC_WITHOUT_CLAIMS = ("name", "research_question")  # paths of the spec whose texts make no claim
_SHOWN = 80  # characters of a sentence in the objection


def check_quotations(passage: Passage, context: RewordingContext) -> Iterator[Mark]:
    allowed = set(_quoting_sentences(context.original, context.book))
    for sentence in _quoting_sentences(passage, context.book):
        if sentence not in allowed:
            start = passage.text.find(sentence)
            reason = "quotes the spec, a log or a check: keep the sentence unchanged or leave it out"
            yield Mark(start, start + min(len(sentence), _SHOWN), "changed_quotation", reason)


def _quoting_sentences(passage: Passage, book: Book) -> Iterator[str]:
    for sentence in _sentences(passage):
        if any(_is_quotation(placeholder, book) for placeholder in placeholders(sentence)):
            yield sentence


def _sentences(passage: Passage) -> Iterator[str]:
    """Split a text into sentences. Full stops inside placeholders do not count."""
    start = 0
    for end in _SENTENCE_END.finditer(passage.masked_text):
        yield passage.text[start : end.start()]
        start = end.end()
    yield passage.text[start:]


def _is_quotation(placeholder: Placeholder, book: Book) -> bool:
    if placeholder.kind == "spec":
        return placeholder.name not in _SPEC_WITHOUT_CLAIMS and _is_prose(book.spec.get(placeholder.name))
    fact = book.facts.get(placeholder.name) if placeholder.kind == "f" else None
    return fact is not None and not fact.id.startswith(_WRITTEN_BY_CODE) and _is_prose(fact.value)


def _is_prose(value: Any) -> bool:
    return isinstance(value, str) and len(value.split()) > _MAX_WORDS_OF_LABEL
