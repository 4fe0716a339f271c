"""What analyses made known beside the case."""

from __future__ import annotations

from collections.abc import Iterable

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book, Case
from agents.facts.fact import fact_from_json, verdict_from_json


def merged_book(case: Case, analyses: Iterable[Analysis]) -> Book:
    """What the texts of all analyses, and of their integration, may name.

    Raises:
        DuplicateFact: two analyses made different facts of one id.
    """
    every = tuple(analyses)
    facts = [fact_from_json(one) for each in every for one in each.facts]
    verdicts = [verdict_from_json(one) for each in every for one in each.verdicts]
    return case.book.with_findings(facts, verdicts)
