"""A quotation is a span of the abstract that is stored, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agents.context.library import Entry
from agents.review.text.passage import Mark

_FEWEST_WORDS = 3


def quotation(text: str, cite: str, library: Mapping[str, Entry]) -> Iterator[Mark]:
    entry = library.get(cite)
    if entry is None:
        yield Mark(0, len(text), "unknown_citation", f"the library has no entry '{cite}'")
    elif not is_verbatim(text, entry.abstract):
        yield Mark(0, len(text), "quote", f"this is no span of the abstract of '{cite}'")
    elif len(text.split()) < _FEWEST_WORDS:
        yield Mark(0, len(text), "quote", "so few words quote nothing")


def is_verbatim(text: str, abstract: str) -> bool:
    """Whether it is a run of whole words of the abstract; only white space may differ."""
    words, stored = " ".join(text.split()), " ".join(abstract.split())
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", stored) is not None
