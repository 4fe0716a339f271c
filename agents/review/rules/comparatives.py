"""No comparison but a verdict's. A selection may be named for what it is: the best seen, and among how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.context.case import Book
from agents.review.rules.comparative_words import COMPARATIVE
from agents.review.rules.idioms import COMPARISON_IDIOMS, outside, spans
from agents.review.text.passage import Mark, Passage
from agents.review.text.subject_levels import arm_of, fits, is_told_of_somebody

_IDIOM = spans(COMPARISON_IDIOMS)
_ENDS = {"best": "", "highest": "maximize", "largest": "maximize", "lowest": "minimize", "smallest": "minimize"}


def comparison_words(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Start, end and the word as it reads, each once."""
    seen: set[int] = set()
    for reading in passage.readings:
        for match in outside(COMPARATIVE, _IDIOM, reading.text):
            start, end = reading.span(*match.span())
            if start not in seen:
                seen.add(start)
                yield start, end, match[0]


def comparatives(passage: Passage, book: Book) -> Iterator[Mark]:
    for start, end, word in comparison_words(passage):
        if word in _ENDS and _is_selection(passage, start, word, book):
            continue
        said = " ".join(re.sub(r"\s", " ", word).split())
        yield Mark(start, end, "comparative", f"'{said}' compares or claims: only a verdict may, {{{{v:…}}}}")


def _is_selection(passage: Passage, start: int, word: str, book: Book) -> bool:
    """Whether the sentence names the selected level, among how many it was chosen, and no other arm."""
    names = {one.name for one in passage.named(*passage.sentence_at(start)) if one.kind == "f"}
    told = "best.level" in names and not names.isdisjoint(("best.arms", "best.runs"))
    goal, best = book.facts.get("test.goal") or book.facts.get("experiment.goal"), book.facts.get("best.level")
    fits_goal = not _ENDS[word] or goal is None or goal.value == _ENDS[word]
    others = [book.facts[name].subject for name in names if name in book.facts]
    return told and fits_goal and best is not None and all(_is_of(arm_of(best.value, book), one) for one in others)


def _is_of(chosen: str, subject: str) -> bool:
    return not is_told_of_somebody(subject) or fits(chosen, subject)
