"""Merge the facts and verdicts of all analyses into the index of an experiment."""

from __future__ import annotations

from collections.abc import Iterable

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book, Case
from agents.facts.fact import fact_from_json
from agents.facts.verdict import verdict_from_json


def merged_book(case: Case, analyses: Iterable[Analysis]) -> Book:
    """Return the index of everything that texts of the analyses, of their integration and of reports may refer to.

    Raises:
        DuplicateFact: two analyses computed different facts with the same id.
    """
    return with_analyses(case.book, analyses)


def with_analyses(book: Book, analyses: Iterable[Analysis]) -> Book:
    """Return the index with the facts and verdicts of analyses added. Raises DuplicateFact."""
    all_analyses = tuple(analyses)
    facts = [fact_from_json(fact) for analysis in all_analyses for fact in analysis.facts]
    verdicts = [verdict_from_json(verdict) for analysis in all_analyses for verdict in analysis.verdicts]
    return book.with_findings(facts, verdicts)
