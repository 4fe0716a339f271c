"""Object to digits outside placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from agents.review.lexicon.number_lexer import digit_spans
from agents.review.rule import Context
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


def check_digits(passage: Passage, _: Context) -> Iterator[Mark]:
    """Yield a mark for each span of digits of any script."""
    for start, end in digit_spans(passage.masked_text):
        yield Mark(start, end, "digit", "a digit outside a placeholder: use the placeholder of a fact")
