"""The strict rule for templates: nothing is told that no fact and no verdict says. Runs before anything is rendered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.document import Document, Figure, Table
from agents.documents.slots import slots
from agents.facts.fact import fact_from_json, verdict_from_json
from agents.review.analysis_texts import analysis_texts
from agents.review.rules.comparatives import comparatives
from agents.review.rules.conclusions import conclusions, count_claims
from agents.review.rules.digits import digits
from agents.review.rules.exhibits import exhibit_problems, placed_exhibits, quotes
from agents.review.rules.markup import malformed, markup
from agents.review.rules.number_words import number_words
from agents.review.rules.placeholder_context import joins
from agents.review.rules.prompt_injection import instructions
from agents.review.rules.quantities import metric_heads, quantities
from agents.review.rules.quotations import quotation
from agents.review.rules.references import references
from agents.review.rules.subjects import subjects
from agents.review.rules.symbols import hidden, symbols
from agents.review.rules.tables import swapped_cells, with_surroundings
from agents.review.text.objection import Objection, located
from agents.review.text.passage import Mark, Passage
from agents.review.text.subject_levels import WrittenNames, written_names


def review(
    texts: Mapping[str, str],
    book: Book,
    quotes: Iterable[tuple[str, str]] = (),
    exhibits: Collection[str] | None = None,
) -> list[Objection]:
    """Objections to template texts by slot, and to quotations (text, citation key).

    `exhibits` are the ids that `{{ref:…}}` may name; None: not asked. Never raises, whatever the texts hold.
    """
    names, heads = written_names(book), metric_heads(book)
    passages = list(with_surroundings(texts))
    found = [each for one in passages for each in _objections(one, _marks(one, book, names, heads, exhibits))]
    found += [each for one, marks in swapped_cells(texts, book) for each in _objections(one, marks)]
    for number, (text, cite) in enumerate(quotes):
        found += _objections(Passage(f"quotes.{number}", text), quotation(text, cite, book.library))
    return _once(found)


def review_document(document: Document, book: Book, folder: Path | None = None) -> list[Objection]:
    """Every text of a document, its quotations and exhibits. `folder` (the experiment's) is where images are sought."""
    quoted = quotes(document)
    texts = {slot: text for slot, text in slots(document).items() if slot not in quoted}
    exhibits = placed_exhibits(document)
    found = review(texts, book, exhibits=[one.id for _, one in exhibits])
    for slot, quote in quoted.items():
        found += _objections(Passage(slot, quote.text), quotation(quote.text, quote.cite, book.library))
    return found + [_whole(*problem) for problem in exhibit_problems(exhibits, folder)]


def review_analysis(analysis: Analysis, book: Book, folder: Path | None = None) -> list[Objection]:
    """An analysis may also name what its analyst found. Raises DuplicateFact."""
    facts, verdicts = map(fact_from_json, analysis.facts), map(verdict_from_json, analysis.verdicts)
    known = book.with_findings(facts, verdicts)
    exhibits: list[tuple[str, Figure | Table]] = [
        *((f"figures.{index}", figure) for index, figure in enumerate(analysis.figures)),
        *((f"tables.{index}", table) for index, table in enumerate(analysis.tables)),
    ]
    found = review(analysis_texts(analysis), known, exhibits=[one.id for _, one in exhibits])
    return found + [_whole(*problem) for problem in exhibit_problems(exhibits, folder)]


def _marks(
    passage: Passage, book: Book, names: WrittenNames, heads: frozenset[str], exhibits: Collection[str] | None
) -> Iterator[Mark]:
    for rule in (malformed, markup, hidden, symbols, digits, number_words, instructions):
        yield from rule(passage)
    yield from references(passage, book, exhibits)
    for judge in (comparatives, conclusions, count_claims, joins):
        yield from judge(passage, book)
    yield from subjects(passage, book, names)
    yield from quantities(passage, book, heads)


def _objections(passage: Passage, marks: Iterable[Mark]) -> list[Objection]:
    return [located(passage.slot, passage.text, mark) for mark in sorted(marks, key=lambda one: (one.start, one.end))]


def _whole(slot: str, span: str, rule: str, reason: str) -> Objection:
    return Objection(slot, 1, 1, span, rule, reason)


def _once(found: Iterable[Objection]) -> list[Objection]:
    """One objection of a rule to a place: several readings of a text may agree."""
    return list({(one.slot, one.line, one.column, one.rule): one for one in reversed(list(found))}.values())[::-1]
