"""Define a passage: the text of one slot, with its placeholders, sentences, clauses and folded readings."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from agents.documents.placeholders import Placeholder, placeholders
from agents.review.text.folding import MASK, Folded, readings

_SENTENCE_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)[.!?]+[)\]\"'”’*_]*(?=\s|$)|\n+")
_CLAUSE_END = re.compile(r"[,;:(]| and | while | whereas | but | against | or ")


@dataclass(frozen=True)
class Passage:
    """One text that rules are applied to.

    `surroundings` is read together with it: for a table cell, the caption and the column header. `unmasked` is the
    passage before parts of its text were masked because they need no support.
    """

    slot: str
    text: str
    surroundings: str = ""
    unmasked: Passage | None = None

    @property
    def as_written(self) -> Passage:
        return self.unmasked or self

    @cached_property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return tuple(placeholders(self.text))

    @cached_property
    def masked_text(self) -> str:
        """The text with every character of a placeholder masked."""
        if not self.placeholders:
            return self.text
        parts, position = [], 0
        for placeholder in self.placeholders:
            parts += [self.text[position : placeholder.start], MASK * (placeholder.end - placeholder.start)]
            position = placeholder.end
        return "".join([*parts, self.text[position:]])

    @cached_property
    def readings(self) -> tuple[Folded, ...]:
        return tuple(readings(self.masked_text))

    @property
    def folded(self) -> Folded:
        """The first reading: nothing is removed or split."""
        return self.readings[0]

    def folded_text(self, start: int, end: int) -> str:
        """Return the folded text between two positions."""
        return self.folded.between(start, end)

    @cached_property
    def sentences(self) -> tuple[tuple[int, int], ...]:
        """Start and end of each sentence."""
        return tuple(_sentences(self.masked_text))

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    def sentence_at(self, position: int) -> tuple[int, int]:
        index = bisect_right(self._sentence_starts, position) - 1
        is_inside = index >= 0 and position < self.sentences[index][1]
        return self.sentences[index] if is_inside else (0, len(self.text))

    @cached_property
    def _clause_starts(self) -> list[int]:
        return [left for sentence in self.sentences for left, _ in self.clauses(*sentence)]

    def clause_start(self, position: int) -> int:
        """Return the start of the clause that contains a position."""
        index = bisect_right(self._clause_starts, position) - 1
        return self._clause_starts[index] if index >= 0 else 0

    def clauses(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield start and end of each clause of a sentence."""
        left = start
        for match in _CLAUSE_END.finditer(self.masked_text, start, end):
            yield left, match.start()
            left = match.end()
        yield left, end

    def placeholders_in(self, start: int, end: int) -> list[Placeholder]:
        return [placeholder for placeholder in self.placeholders if start <= placeholder.start < end]

    @cached_property
    def _found_words(self) -> dict[re.Pattern[str], FoundWords]:
        return {}

    def words_between(self, pattern: re.Pattern[str], start: int, end: int) -> list[str]:
        """Return the matches of a pattern in the folded text between two positions. The text is searched only once."""
        if pattern not in self._found_words:
            self._found_words[pattern] = FoundWords(pattern, self.folded)
        return self._found_words[pattern].between(start, end)

    def search(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and text of each match in any reading of the passage."""
        for reading in self.readings:
            for match in pattern.finditer(reading.text):
                yield *reading.span(*match.span()), match[0]


class FoundWords:
    """The words of a folded text that match a pattern, in order, for look-up by position."""

    def __init__(self, pattern: re.Pattern[str], folded: Folded) -> None:
        matches = [(folded.span(*match.span()), match[0]) for match in pattern.finditer(folded.text)]
        self._starts = [start for (start, _), _ in matches]
        self._ends = [end for (_, end), _ in matches]
        self._texts = [text for _, text in matches]

    def between(self, start: int, end: int) -> list[str]:
        """Return the words between two positions of the original text."""
        return self._texts[bisect_left(self._starts, start) : bisect_right(self._ends, end)]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if match.end() > start:
            yield start, match.end()
        start = match.end()
    if start < len(text):
        yield start, len(text)
