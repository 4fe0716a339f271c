"""Find the words that compare, claim or praise."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.review.lexicon.idioms import COMPARISON_IDIOMS, matches_outside
from agents.review.text.passage import Passage
from agents.review.text.word_lists import alternatives, word_lists

_LISTS = word_lists(__file__)
# The goal that a superlative agrees with; "" for any goal.
SUPERLATIVES = {"best": "", "highest": "maximize", "largest": "maximize", "lowest": "minimize", "smallest": "minimize"}


def degrees(adjective: str) -> tuple[str, str]:
    """Return comparative and superlative of an adjective."""
    if adjective.endswith("e"):
        stem = adjective[:-1]
    elif adjective.endswith("y"):
        stem = f"{adjective[:-1]}i"
    else:
        stem = adjective + adjective[-1] if adjective in _LISTS["doubled"] else adjective
    return f"{stem}er", f"{stem}est"


_DEGREES = "|".join(form for adjective in _LISTS["adjectives"] for form in degrees(adjective))
_PHRASES = alternatives(_LISTS, "no_effect", "sizes", "equality", "claims", "verbs", "degrees", "praise")
_COMPARISON = re.compile(rf"\b(?:{_PHRASES}|{_DEGREES})\b")


def comparison_words(passage: Passage) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and text of each word once, whichever reading of the passage it is found in."""
    starts: set[int] = set()
    for reading in passage.readings:
        for match in matches_outside(_COMPARISON, COMPARISON_IDIOMS, reading.text):
            start, end = reading.span(*match.span())
            if start not in starts:
                starts.add(start)
                yield start, end, match[0]
