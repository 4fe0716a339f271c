"""Exclude idioms: phrases that contain a number word or a comparative but do not count or compare."""

from __future__ import annotations

import re

from agents.review.text.spans import Spans
from agents.review.text.word_lists import alternatives, word_lists


def _compiled(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives(word_lists(__file__), name)})(?!\w)")


NUMBER_IDIOMS = _compiled("number_idioms")
COMPARISON_IDIOMS = _compiled("comparison_idioms")


def matches_outside(pattern: re.Pattern[str], idioms: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Return the matches of `pattern` in a folded text that are not part of an idiom."""
    matches = list(pattern.finditer(text))
    if not matches:
        return matches
    excluded = Spans(match.span() for match in idioms.finditer(text))
    return [match for match in matches if not excluded.contains(*match.span())]
