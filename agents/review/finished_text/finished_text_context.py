"""Context of the rules for finished texts: the numbers and texts of an experiment that need no other support."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from agents.review.finished_text.known_numbers import KnownNumbers, known_numbers
from agents.review.finished_text.known_texts import KnownTexts, known_texts
from agents.review.rule import Context
from agents.review.text.mention_alignment import Mention
from agents.review.text.passage import Passage


@dataclass(frozen=True)
class FinishedTextContext(Context):
    """The context of a finished text. The numbers and texts of the book are collected on first use."""

    @cached_property
    def numbers(self) -> KnownNumbers:
        return known_numbers(self.book)

    @cached_property
    def texts(self) -> KnownTexts:
        return known_texts(self.book)

    @cached_property
    def metric_pattern(self) -> re.Pattern[str] | None:
        words = self.metric_words
        return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b") if words else None

    def passage(self, text: str) -> Passage:
        """Return a passage in which texts that are copied from facts, verdicts, the spec or the library are masked."""
        return Passage("", self.texts.masked(text), unmasked=Passage("", text))

    def names(self, passage: Passage) -> list[Mention[str]]:
        """Return the levels and other subjects that the passage names, also in its masked parts."""
        return self.subjects.in_finished_text(passage.as_written)
