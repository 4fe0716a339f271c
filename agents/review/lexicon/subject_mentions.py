"""Find the subjects that a passage names: by placeholder, by word, or in finished texts by the number of a level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agents.context.case import Book
from agents.facts.subject import subject_kind
from agents.review.lexicon.number_lexer import Number, numbers
from agents.review.lexicon.subjects import (
    ANY_RECORDED,
    arm_with_level,
    compared_factor,
    fact_subject,
    is_specific,
    named_subject,
)
from agents.review.text.mention_alignment import Mention, by_position
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_LISTS = word_lists(__file__)
_OPENING = r"[\[(*_`\s]*$"  # brackets and emphasis between a word and a level
_NOT_A_LEVEL = re.compile(rf"\b(?:{alternatives(_LISTS, 'not_a_level')})\W{{0,3}}(?:of |at |= )*$", re.IGNORECASE)
_BEFORE_LEVEL = re.compile(
    rf"(?:^|\||[.!?]\s|=\s?|\b(?:{alternatives(_LISTS, 'before_level')})\s){_OPENING}", re.IGNORECASE
)
_IN_CELL = re.compile(rf"\|{_OPENING}")
_COUNTED = re.compile(rf"\s*(?:{alternatives(_LISTS, 'counted')})", re.IGNORECASE)


@dataclass(frozen=True)
class SubjectFinder:
    """Finds mentions of the subjects of one experiment.

    `words` maps words to subjects, and `arms` maps numeric levels to arms. `after_factor` matches text that ends in a
    name of the compared factor. `labels` are the levels as they are written.
    """

    book: Book
    words: Mapping[str, str]
    word_pattern: re.Pattern[str]
    arms: Mapping[float, str]
    after_factor: re.Pattern[str]
    labels: frozenset[str]

    def in_template(self, passage: Passage, start: int, end: int) -> list[Mention[str]]:
        """Return the names and values between two positions: placeholders that have a subject, and names in words."""
        mentions = []
        for placeholder in passage.placeholders_in(start, end):
            name = named_subject(placeholder, self.book)
            if name is not None:
                mentions.append(Mention(placeholder.start, placeholder.end, name, True))
            elif placeholder.kind == "f" and placeholder.name in self.book.facts:
                subject = fact_subject(self.book.facts[placeholder.name], self.book)
                if is_specific(subject):
                    mentions.append(Mention(placeholder.start, placeholder.end, subject, False))
        mentions += (mention for mention in self._by_word(passage) if start <= mention.start < end)
        return by_position(mentions)

    def in_finished_text(self, passage: Passage) -> list[Mention[str]]:
        """Return the names in a text without placeholders: words, and numbers that are used as levels."""
        return [*self._by_word(passage), *self._by_number(passage)]

    def _by_word(self, passage: Passage) -> Iterator[Mention[str]]:
        for match in self.word_pattern.finditer(passage.folded.text):
            yield Mention(*passage.folded.span(*match.span()), self.words[match[0]], True)

    def _by_number(self, passage: Passage) -> Iterator[Mention[str]]:
        for number in numbers(passage):
            arm = None if number.value is None or number.is_percent else self.arms.get(number.value)
            if arm is not None and self._is_level(number, passage.masked_text):
                yield Mention(number.start, number.end, arm, True)

    def _is_level(self, number: Number, text: str) -> bool:
        before = text[max(0, number.start - 40) : number.start]
        if self.after_factor.search(before):
            return True
        if number.is_bare or not _BEFORE_LEVEL.search(before):
            return False
        if _IN_CELL.search(before) and text[number.start : number.end].strip() not in self.labels:
            return False  # in a table, `0.0100` is a measured value and `0.01` a level: values have fixed decimals
        return not (_NOT_A_LEVEL.search(before) or _COUNTED.match(text, number.end))


def subject_finder(book: Book) -> SubjectFinder:
    words = _words(book)
    longest_first = sorted(words, key=len, reverse=True)
    factor = compared_factor(book)
    key = factor.split(".")[-1]
    names = {factor, key, key.replace("_", " "), *_LISTS["factor_names"]} - {""}
    after_factor = rf"\b(?:{'|'.join(map(re.escape, names))})\s*(?:of|=|is|was|to|at|:)?\s*(?:the )?[\[(*_`]*$"
    return SubjectFinder(
        book,
        words,
        re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"),
        dict(_numeric_levels(book)),
        re.compile(after_factor, re.IGNORECASE),
        frozenset(str(fact.value) for fact in book.facts.values() if fact.unit == "level"),
    )


def _words(book: Book) -> dict[str, str]:
    """Return the subjects by word: levels that are words, phrases for the control, and words for recorded results."""
    levels = {str(value).lower(): subject for value, subject in _levels(book) if str(value)[:1].isalpha()}
    levels = {level: subject for level, subject in levels.items() if len(level) > 1 and level not in _LISTS["common"]}
    control = book.facts.get("test.control")
    phrases = dict.fromkeys(_LISTS["control"], arm_with_level(control.value, book)) if control else {}
    return levels | phrases | dict.fromkeys(_LISTS["recorded"], ANY_RECORDED)


def _numeric_levels(book: Book) -> Iterator[tuple[float, str]]:
    for value, subject in _levels(book):
        try:
            yield float(str(value)), subject
        except ValueError:
            continue


def _levels(book: Book) -> Iterator[tuple[object, str]]:
    for fact in book.facts.values():
        if fact.unit == "level" and subject_kind(fact.subject) == "arm":
            yield fact.value, fact.subject
