"""No digit of any script outside a placeholder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from agents.review.text.passage import Mark, Passage

_MAYBE = re.compile(r"[0-9]|[^\x00-\x7f]")


def is_digit(character: str) -> bool:
    """Whether it stands for a number in some script: 7, ٧, ½, ², ③, Ⅳ, 五."""
    if character.isascii():
        return character.isdigit()
    return unicodedata.category(character)[0] == "N" or unicodedata.numeric(character, None) is not None


def digits(passage: Passage) -> Iterator[Mark]:
    places = [one.start() for one in _MAYBE.finditer(passage.plain) if is_digit(one[0])]
    starts = [after for before, after in pairwise([-9, *places]) if after - before > 1]
    for start in starts:
        end = start + 1
        while end < len(passage.plain) and (is_digit(passage.plain[end]) or passage.plain[end] in ".,"):
            end += 1
        span = passage.plain[start:end].rstrip(".,")
        yield Mark(start, start + len(span), "digit", "a digit outside a placeholder: name the fact")
