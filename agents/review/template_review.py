"""Review template texts before they are rendered. Their values and comparisons must be placeholders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Analysis
from agents.context.case import Book
from agents.documents.document import Document
from agents.documents.slots import slots
from agents.facts.fact import fact_from_json
from agents.facts.verdict import verdict_from_json
from agents.review.rule import Context, Rule, apply_rules
from agents.review.rules.comparison_rule import check_comparisons
from agents.review.rules.conclusion_rule import check_conclusions
from agents.review.rules.count_claim_rule import check_count_claims
from agents.review.rules.digit_rule import check_digits
from agents.review.rules.markup_rule import check_braces, check_markup
from agents.review.rules.number_word_rule import check_number_words
from agents.review.rules.placeholder_neighbour_rule import check_placeholder_neighbours
from agents.review.rules.prediction_rule import check_predictions
from agents.review.rules.prompt_injection_rule import check_instructions
from agents.review.rules.quantity_rule import check_quantities
from agents.review.rules.reference_rule import check_references
from agents.review.rules.registration_rule import check_registration_claims
from agents.review.rules.subject_rule import check_subjects
from agents.review.rules.symbol_rule import check_hidden_characters, check_symbols
from agents.review.structure.analysis_texts import analysis_texts
from agents.review.structure.block_quotes import check_quote
from agents.review.structure.document_blocks import ExhibitWithSlot, exhibits_of, quotes_of
from agents.review.structure.exhibits import check_exhibits
from agents.review.structure.table_cells import check_cells, passages
from agents.review.text.objection import Mark, Objection, in_order, located
from agents.review.text.passage import Passage

TEMPLATE_RULES: tuple[Rule[Context], ...] = (
    check_braces,
    check_markup,
    check_hidden_characters,
    check_symbols,
    check_digits,
    check_number_words,
    check_instructions,
    check_references,
    check_comparisons,
    check_conclusions,
    check_predictions,
    check_count_claims,
    check_registration_claims,
    check_placeholder_neighbours,
    check_subjects,
    check_quantities,
)


def review(texts: Mapping[str, str], book: Book, *, exhibits: Collection[str] | None = None) -> list[Objection]:
    """Return the objections to template texts. `texts` maps slots to texts, and no text causes an exception.

    `exhibits` are the ids that `{{ref:…}}` may name. If it is None, these references are not checked.
    """
    context = Context(book, exhibits)
    objections = []
    for passage in passages(texts):
        objections += _objections(passage, apply_rules(TEMPLATE_RULES, passage, context))
    for passage, marks in check_cells(texts, context):
        objections += _objections(passage, marks)
    return _distinct(objections)


def review_document(document: Document, book: Book, folder: Path | None = None) -> list[Objection]:
    """Return the objections to a document: to its texts, quotations and exhibits.

    `folder` is the folder of the experiment, which contains the images. If it is None, their existence is not checked.
    """
    quotes, exhibits = quotes_of(document), exhibits_of(document)
    texts = {slot: text for slot, text in slots(document).items() if slot not in quotes}
    objections = review(texts, book, exhibits=_ids(exhibits))
    for slot, quote in quotes.items():
        objections += _objections(Passage(slot, quote.text), check_quote(quote, book.library))
    return [*objections, *check_exhibits(exhibits, folder)]


def review_analysis(analysis: Analysis, book: Book, folder: Path | None = None) -> list[Objection]:
    """Return the objections to an analysis. Its texts may also refer to its own facts and verdicts.

    Raises:
        DuplicateFact: The analysis has a fact that differs from the book's fact of the same id.
    """
    facts, verdicts = map(fact_from_json, analysis.facts), map(verdict_from_json, analysis.verdicts)
    exhibits: list[ExhibitWithSlot] = [
        *((f"figures.{index}", figure) for index, figure in enumerate(analysis.figures)),
        *((f"tables.{index}", table) for index, table in enumerate(analysis.tables)),
    ]
    objections = review(analysis_texts(analysis), book.with_findings(facts, verdicts), exhibits=_ids(exhibits))
    return [*objections, *check_exhibits(exhibits, folder)]


def _objections(passage: Passage, marks: Iterable[Mark]) -> list[Objection]:
    return [located(passage.slot, passage.text, mark) for mark in in_order(marks)]


def _ids(exhibits: Sequence[ExhibitWithSlot]) -> list[str]:
    return [exhibit.id for _, exhibit in exhibits]


def _distinct(objections: Sequence[Objection]) -> list[Objection]:
    """Keep one objection per rule and position, because several readings of a text can give the same one."""
    first = {(item.slot, item.line, item.column, item.rule): item for item in reversed(objections)}
    return list(first.values())[::-1]
