"""Object to characters that cannot be printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.rewording.fidelity.rewording_context import RewordingContext


def check_unprintable(passage: Passage, _: RewordingContext) -> Iterator[Mark]:
    """Yield a mark for the first unprintable character."""
    for position, character in enumerate(passage.text):
        if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
            reason = "is not a printable character"
            yield Mark(position, position + 1, "unprintable", reason, span=ascii(character))
            return
