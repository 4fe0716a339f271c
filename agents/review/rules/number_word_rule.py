"""Object to number words and Roman numerals outside placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from agents.review.lexicon.number_words import number_words, roman_numerals
from agents.review.rule import Context
from agents.review.text.folding import MASK
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


def check_number_words(passage: Passage, _: Context) -> Iterator[Mark]:
    for start, end, word in number_words(passage):
        yield Mark(start, end, "number_word", f"'{word.strip(MASK)}' is a number: use the placeholder of a fact")
    for start, end in roman_numerals(passage.masked_text):
        yield Mark(start, end, "number_word", f"'{passage.masked_text[start:end]}' reads as a Roman numeral")
