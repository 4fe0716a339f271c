"""A text made ready for the rules, and what a rule says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agents.documents.placeholders import Placeholder, placeholders
from agents.review.text.folding import MASK, Folded, readings

_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)[.!?]+[)\]\"'”’*_]*(?=\s|$)|\n+")

_CLAUSE = re.compile(r"[,;:(]| and | while | whereas | but | against | or ")


@dataclass(frozen=True)
class Mark:
    """A rule's objection to the characters from `start` up to `end`."""

    start: int
    end: int
    rule: str
    reason: str


@dataclass(frozen=True)
class Passage:
    """`surroundings` is what is read together with it: the caption and header of a table's cell."""

    slot: str
    text: str
    surroundings: str = ""

    @cached_property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return tuple(placeholders(self.text))

    @cached_property
    def plain(self) -> str:
        """The text with every placeholder masked, character by character."""
        if not self.placeholders:
            return self.text
        pieces, place = [], 0
        for one in self.placeholders:
            pieces += [self.text[place : one.start], MASK * (one.end - one.start)]
            place = one.end
        return "".join([*pieces, self.text[place:]])

    @cached_property
    def readings(self) -> tuple[Folded, ...]:
        return tuple(readings(self.plain))

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each."""
        return tuple(_sentences(self.plain))

    def sentence_at(self, place: int) -> tuple[int, int]:
        return next(((start, end) for start, end in self.sentences if start <= place < end), (0, len(self.text)))

    def clauses(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The parts of a sentence that can be read by themselves."""
        left = start
        for match in _CLAUSE.finditer(self.plain, start, end):
            yield left, match.start()
            left = match.end()
        yield left, end

    def named(self, start: int, end: int) -> list[Placeholder]:
        """The placeholders between."""
        return [one for one in self.placeholders if start <= one.start < end]


def _sentences(plain: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(plain):
        if match.end() > start:
            yield start, match.end()
        start = match.end()
    if start < len(plain):
        yield start, len(plain)
