"""Trace a number of a report to its fact, to the runs that it is computed from and to their files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from rich.text import Text
from rich.tree import Tree

from agents.documents.report_json import ReportData
from agents.facts.fact import Fact, Source, origins
from agents.facts.number_format import format_fact

SCHEMA_VERSION = 1


class NothingToTrace(LookupError):
    """The report refers to no fact with this id or this displayed value."""


@dataclass(frozen=True)
class Chain:
    """A fact of a report and all facts that it is computed from, nearest first. `origins` begin with the fact."""

    fact: Fact
    origins: tuple[Fact, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(origin.source for origin in self.origins))

    def to_json(self) -> dict[str, Any]:
        return {
            "fact": self.fact.id,
            "shown": format_fact(self.fact),
            "origins": [origin.to_json() for origin in self.origins],
            "sources": [{"file": source.file, "sha256": source.sha256} for source in self.sources],
        }


@dataclass(frozen=True)
class Trace:
    query: str
    chains: tuple[Chain, ...]

    def to_json(self) -> dict[str, Any]:
        chains = [chain.to_json() for chain in self.chains]
        return {"schema_version": SCHEMA_VERSION, "query": self.query, "chains": chains}

    def __rich__(self) -> Tree:
        tree = Tree(Text(self.query))
        for chain in self.chains:
            branch = tree.add(_description(chain.fact))
            for origin in chain.origins[1:]:
                branch.add(_description(origin))
        return tree


def trace(report: ReportData, facts: Mapping[str, Fact], query: str) -> Trace:
    """Return the facts of a report that match a query: a number as in the text, or the id of a fact or verdict.

    `facts` are those of the experiment. The report contains the facts that analysts computed.

    Raises:
        NothingToTrace: No fact of the report matches. The message suggests similar ids.
    """
    all_facts = {**facts, **report.facts}
    matches = list(_matches(query, report))
    if not matches:
        similar = get_close_matches(query, [*report.facts, *report.verdicts], n=3)
        hint = f"; similar: {', '.join(similar)}" if similar else ""
        raise NothingToTrace(f"the report has no fact with the id or the value '{query}'{hint}")
    return Trace(query, tuple(Chain(fact, tuple(origins(fact, all_facts))) for fact in matches))


def _matches(query: str, report: ReportData) -> Iterator[Fact]:
    if query in report.facts:
        yield report.facts[query]
    elif query in report.verdicts:
        yield from (report.facts[name] for name in report.verdicts[query].facts if name in report.facts)
    else:
        yield from (fact for fact in report.facts.values() if _bare_number(format_fact(fact)) == _bare_number(query))


def _bare_number(text: str) -> str:
    """Return a number without unit, plus sign and trailing zeros, because readers copy numbers without them."""
    text = text.strip().replace("−", "-").lstrip("+")
    match = re.fullmatch(r"([<-]?\s*[\d.]+(?:e[+-]?\d+)?)\s*\S*", text)
    if match is None:
        return text
    return re.sub(r"(?<=\.)(\d*?)0+$", r"\1", match[1]).rstrip(".")


def _description(fact: Fact) -> Text:
    """Return value, label, n, id and source of a fact. In a Text, rich does not interpret brackets of ids as markup."""
    source = f"{fact.source.file} (sha256 {fact.source.sha256[:12]})"
    return Text(f"{format_fact(fact)}  {fact.label}, n = {fact.n}\n{fact.id}\n{fact.function} from {source}")
