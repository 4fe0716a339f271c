"""Recognise lines of a report's provenance appendix, which repeat a fact or name the source of facts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.context.case import Book
from agents.facts.fact import Fact
from agents.facts.number_format import format_fact
from agents.rendering.provenance_appendix import fact_description, runs_line, source_line

_CODE = re.compile(r"`([^`\s]+)`")
_MARKUP = re.compile(r"[*`\\]")


def is_fact_entry(text: str, facts: Mapping[str, Fact]) -> bool:
    """Return whether the line gives value, label, n and id of a fact exactly as the appendix does."""
    facts_in_line = (facts[name] for name in _CODE.findall(text) if name in facts)
    fact = next(facts_in_line, None)
    return fact is not None and _without_markup(text) == _without_markup(
        f"{format_fact(fact)} {fact_description(fact)} {fact.id}"
    )


def is_source_entry(text: str, sources: frozenset[str]) -> bool:
    """Return whether the line is one of `source_entries`."""
    return _without_markup(text) in sources


def source_entries(book: Book) -> frozenset[str]:
    """Return a line for each source of facts: function, file, hash and runs."""
    entries = ((source_line(fact), runs_line(fact, book)) for fact in book.facts.values())
    return frozenset(_without_markup(f"{source} · runs {runs}" if runs else source) for source, runs in entries)


def _without_markup(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())
