"""From a number in a report back to its fact, to the runs behind it and to the files it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from rich.text import Text
from rich.tree import Tree

from agents.facts.fact import Fact, Source, fact_from_json, origins
from agents.facts.number_format import shown

SCHEMA_VERSION = 1


class NothingToTrace(LookupError):
    """No fact of the report has this id or is shown like this."""


@dataclass(frozen=True)
class Chain:
    """A fact of the report and all that it was computed from, nearest first, itself included."""

    fact: Fact
    origins: tuple[Fact, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(one.source for one in self.origins))

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact.id,
            "shown": shown(self.fact),
            "origins": [one.to_json() for one in self.origins],
            "sources": [{"file": one.file, "sha256": one.sha256} for one in self.sources],
        }


@dataclass(frozen=True)
class Trace:
    query: str
    chains: tuple[Chain, ...]

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, "query": self.query, "chains": [one.to_json() for one in self.chains]}

    def __rich__(self) -> Tree:
        tree = Tree(Text(self.query))
        for chain in self.chains:
            branch = tree.add(_told(chain.fact))
            for one in chain.origins[1:]:
                branch.add(_told(one))
        return tree


def trace(report: Mapping[str, Any], facts: Mapping[str, Fact], query: str) -> Trace:
    """`report` is what `record` made; `query` a number as the text shows it, or the id of a fact or a verdict.

    `facts` are those of the experiment; the report brings the analysts' own.

    Raises:
        NothingToTrace: the report names no such fact, and the message says what comes near.
    """
    named = {name: fact_from_json(line) for name, line in report["facts"].items()}
    every = {**facts, **named}
    found = list(_matching(query, named, report["verdicts"]))
    if not found:
        near = get_close_matches(query, [*named, *report["verdicts"]], n=3)
        hint = f"; near it: {', '.join(near)}" if near else ""
        raise NothingToTrace(f"the report names no fact that is called or shown as '{query}'{hint}")
    return Trace(query, tuple(Chain(one, tuple(origins(one, every))) for one in found))


def _matching(query: str, named: Mapping[str, Fact], verdicts: Mapping[str, Any]) -> Iterator[Fact]:
    if query in named:
        yield named[query]
    elif query in verdicts:
        yield from (named[name] for name in verdicts[query]["facts"] if name in named)
    else:
        yield from (fact for fact in named.values() if _number(shown(fact)) == _number(query))


def _number(text: str) -> str:
    """A number without its unit, its sign and closing zeros: what a reader copies from a page."""
    typed = text.strip().replace("−", "-").lstrip("+")
    match = re.fullmatch(r"([<-]?\s*[\d.]+(?:e[+-]?\d+)?)\s*\S*", typed)
    if match is None:
        return typed
    return re.sub(r"(?<=\.)(\d*?)0+$", r"\1", match[1]).rstrip(".")


def _told(fact: Fact) -> Text:
    """As text, which rich does not read as markup: ids have brackets."""
    source = f"{fact.source.file} (sha256 {fact.source.sha256[:12]})"
    told = f"{shown(fact)}  {fact.label}, n = {fact.n}\n{fact.id}\n{fact.function} from {source}"
    return Text(told)
