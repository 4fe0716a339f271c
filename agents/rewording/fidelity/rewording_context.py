"""Context of the fidelity rules: the text that a passage replaces."""

from __future__ import annotations

from dataclasses import dataclass

from agents.review.rule import Context
from agents.review.text.passage import Passage

NO_ORIGINAL = Passage("", "")


@dataclass(frozen=True)
class RewordingContext(Context):
    """The context of a reworded passage. `original` is the text that the passage replaces."""

    original: Passage = NO_ORIGINAL
