"""One part of an analysis: what was found about one thing, with the facts it made on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from agents.analysis.analysis_schema import Finding, NotEstimated, Recommendation
from agents.documents.document import Figure, Table
from agents.facts.fact import Fact


@dataclass(frozen=True)
class Part:
    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    not_estimated: tuple[NotEstimated, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


def join_parts(parts: Iterable[Part]) -> Part:
    """All of them as one, in order."""
    every = tuple(parts)
    return Part(*(tuple(one for part in every for one in getattr(part, field.name)) for field in fields(Part)))
