"""What a reworded text is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from agents.review.text.passage import Passage
from agents.review.text.rule import Context

NO_ORIGINAL = Passage("", "")


@dataclass(frozen=True)
class RewordingContext(Context):
    """`original` is the text that the passage replaces."""

    original: Passage = NO_ORIGINAL
