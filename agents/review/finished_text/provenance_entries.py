"""Lines of a report's appendix: a fact told whole, with its id, is its own support, and so is where facts come from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from agents.context.case import Book
from agents.facts.fact import Fact
from agents.facts.number_format import shown
from agents.rendering.provenance_appendix import runs_of, source_of, told_of

_CODE = re.compile(r"`([^`\s]+)`")
_MARKUP = re.compile(r"[*`\\]")


def is_entry(text: str, facts: Mapping[str, Fact]) -> bool:
    """Whether it says of a fact what the fact says, to the letter: value, label, n and id."""
    named = (facts[name] for name in _CODE.findall(text) if name in facts)
    fact = next(named, None)
    return fact is not None and _plain(text) == _plain(f"{shown(fact)} {told_of(fact)} {fact.id}")


def is_source(text: str, sources: frozenset[str]) -> bool:
    """Whether it says where facts come from: see `sources_of`."""
    return _plain(text) in sources


def sources_of(book: Book) -> frozenset[str]:
    """Function, file and hash of every fact, and the runs behind it."""
    every = ((source_of(fact), runs_of(fact, book)) for fact in book.facts.values())
    return frozenset(_plain(f"{where} · runs {runs}" if runs else where) for where, runs in every)


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())
