"""Fold a text to lower case, without accents and invisible characters, and with look-alike letters replaced.

Each folded text stores the positions in the original, so that objections can be located in it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.review.text.word_lists import word_lists

MASK = "\x1a"  # replaces each character of a placeholder; it does not occur in ordinary text
_LOOK_ALIKES = {pair[0]: pair[1] for pair in word_lists(__file__)["look_alikes"].split()}
_EMPHASIS = re.compile(r"[*_`~\\]+")
_HYPHENATION_OR_MARKUP = re.compile(r"-\s*\n\s*|[*_`~\\]+")
_CAMEL_CASE = re.compile(r"[a-z][A-Z]")
_HAS_OTHER_READINGS = re.compile(r"[*_`~\\\n]|[a-z][A-Z]")


@dataclass(frozen=True)
class Folded:
    """A folded text. `origin[i]` is the position of character i in the original text.

    The last item of `origin` is the end of the original text.
    """

    text: str
    origin: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the positions in the original of the characters from `start` up to `end`."""
        return self.origin[start], self.origin[end - 1] + 1 if end > start else self.origin[start]

    def between(self, start: int, end: int) -> str:
        """Return the folded text of the original from position `start` up to `end`."""
        return self.text[bisect_left(self.origin, start) : bisect_left(self.origin, end)]


def readings(text: str) -> Iterator[Folded]:
    """Yield the ways to read a text: unchanged, with markup and hyphenation removed, and with joined words split."""
    unchanged = folded(text)
    yield unchanged
    if _HAS_OTHER_READINGS.search(text):
        yield _without(unchanged, _HYPHENATION_OR_MARKUP)
        yield _with_words_split(text)


def folded(text: str) -> Folded:
    """Return the text in lower case, without accents and invisible characters, with plain dashes and quotes."""
    if text.isascii():
        return Folded(text.lower(), range(len(text) + 1))
    characters: list[str] = []
    origin: list[int] = []
    for position, character in enumerate(text):
        for folded_character in _folded_character(character):
            characters.append(folded_character)
            origin.append(position)
    return Folded("".join(characters), [*origin, len(text)])


def _folded_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if unicodedata.category(character) == "Pd":
        return "-"
    parts = unicodedata.normalize("NFKD", character).lower()
    visible = (part for part in parts if unicodedata.category(part) not in ("Mn", "Me", "Cf"))
    return "".join(_LOOK_ALIKES.get(part, part) for part in visible)


def _without(reading: Folded, pattern: re.Pattern[str]) -> Folded:
    indices = [index for start, end in _spans_between(reading.text, pattern) for index in range(start, end)]
    text = "".join(reading.text[index] for index in indices)
    return Folded(text, [*(reading.origin[index] for index in indices), reading.origin[-1]])


def _spans_between(text: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for match in separator.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _with_words_split(text: str) -> Folded:
    """Return the reading in which `fiveRuns` and `five_runs` are two words each."""
    spaced = _EMPHASIS.sub(lambda match: " " * len(match[0]), text)
    reading = folded(spaced)
    boundaries = {match.end() - 1 for match in _CAMEL_CASE.finditer(spaced)}
    letters, origin = [], []
    for letter, position in zip(reading.text, reading.origin, strict=False):
        gap = " " if position in boundaries else ""
        letters.append(gap + letter)
        origin += [position] * (len(gap) + 1)
    return Folded("".join(letters), [*origin, len(text)])
