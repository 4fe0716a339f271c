"""A part of an analysis: the findings on one topic, with the facts, tables and figures that belong to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from agents.analysis.analysis_schema import Finding, NotEstimated, Recommendation
from agents.documents.document import Figure, Table
from agents.facts.fact import Fact


@dataclass(frozen=True)
class Part:
    """The output of one part of an analyst."""

    facts: tuple[Fact, ...] = ()
    findings: tuple[Finding, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    not_estimated: tuple[NotEstimated, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()


def join_parts(parts: Iterable[Part]) -> Part:
    """Return one part with the contents of all, in order."""
    all_parts = tuple(parts)
    return Part(*(tuple(item for part in all_parts for item in getattr(part, field.name)) for field in fields(Part)))
