"""Levels in a finished text: words as they are, numbers where the sentence makes a level of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.context.case import Book
from agents.review.finished_text.number_parsing import Written, written_numbers
from agents.review.text.passage import Passage
from agents.review.text.subject_levels import WrittenNames, arm_of, factor, written_names

_NOT_A_LEVEL = re.compile(
    r"\b(?:p|p-value|alpha|minimum(?: effect)?|least|most|by|effect|difference|deviation|sd|mean|accuracy|loss|"
    r"was|is|were)\W{0,3}(?:of |at |= )*$",
    re.IGNORECASE,
)
_CONTEXT = re.compile(
    r"(?:^|\||[.!?]\s|=\s?|\b(?:with|than|for|at|against|over|and|or|from|to|between|by|of|in|while|control|levels?|"
    r"arm|setting|outperform(?:s|ed)?|beats?)\s)[\[(*_`\s]*$",
    re.IGNORECASE,
)
_IN_CELL = re.compile(r"\|[\[(*_`\s]*$")
_COUNT_NOUN = re.compile(r"\s*(?:runs?|epochs?|seeds?|arms?|points?|steps?|models?|trainings?|%)", re.IGNORECASE)


@dataclass(frozen=True)
class Levels:
    """The arms by their level as a number, and the patterns that make a level of one."""

    arms: dict[float, str]
    names: WrittenNames
    before: re.Pattern[str]
    labels: frozenset[str]

    def found(self, passage: Passage) -> Iterator[tuple[int, int, str]]:
        """Start, end and arm of each level that a passage names."""
        reading = passage.readings[0]
        for start, end, subject in self.names.found(reading.text):
            yield *reading.span(start, end), subject
        for number in written_numbers(passage):
            if number.value in self.arms and not number.is_percent and self._is_level(number, passage.plain):
                yield number.start, number.end, self.arms[number.value]

    def _is_level(self, number: Written, text: str) -> bool:
        before = text[max(0, number.start - 40) : number.start]
        if self.before.search(before):
            return True
        if number.is_bare or not _CONTEXT.search(before):
            return False
        if _IN_CELL.search(before) and text[number.start : number.end].strip() not in self.labels:
            return False  # a measured value has its own decimals: `0.0100` beside the level `0.01`
        return not (_NOT_A_LEVEL.search(before) or _COUNT_NOUN.match(text, number.end))


def levels(book: Book) -> Levels:
    arms = dict(_numeric_levels(book))
    key = factor(book).split(".")[-1]
    said = "|".join(map(re.escape, {factor(book), key, key.replace("_", " "), "learning rate", "rate", "level"} - {""}))
    naming = rf"\b(?:{said})\s*(?:of|=|is|was|to|at|:)?\s*(?:the )?[\[(*_`]*$"
    labels = frozenset(str(fact.value) for fact in book.facts.values() if fact.unit == "level")
    return Levels(arms, written_names(book), re.compile(naming, re.IGNORECASE), labels)


def _numeric_levels(book: Book) -> Iterator[tuple[float, str]]:
    for fact in book.facts.values():
        if fact.unit == "level" and fact.subject.startswith("arm["):
            try:
                yield float(str(fact.value)), fact.subject
            except ValueError:
                continue


def chosen_arm(book: Book) -> str | None:
    best = book.facts.get("best.level")
    return None if best is None else arm_of(best.value, book)
