"""Check that quotations are taken verbatim from abstracts of the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agents.context.library import Entry
from agents.documents.document import Quote
from agents.review.text.objection import Mark
from agents.review.text.verbatim import is_verbatim

_MIN_WORDS = 3


def check_quote(quote: Quote, library: Mapping[str, Entry]) -> Iterator[Mark]:
    entry, length = library.get(quote.cite), len(quote.text)
    if entry is None:
        yield Mark(0, length, "unknown_citation", f"the library has no entry '{quote.cite}'")
    elif not is_verbatim(quote.text, entry.abstract):
        yield Mark(0, length, "quote", f"this text is not in the abstract of '{quote.cite}': quote it verbatim")
    elif len(quote.text.split()) < _MIN_WORDS:
        yield Mark(0, length, "quote", f"a quotation must have at least {_MIN_WORDS} words")
