"""Review a finished text, such as a draft edited by hand, a slide or a report, against facts and verdicts."""

from __future__ import annotations

from agents.context.case import Book
from agents.review.finished_text.comparison_support_rule import check_comparison_support
from agents.review.finished_text.finished_text_context import FinishedTextContext
from agents.review.finished_text.markdown_text import Piece, pieces
from agents.review.finished_text.number_support_rule import check_number_support
from agents.review.finished_text.provenance_entries import is_fact_entry, is_source_entry, source_entries
from agents.review.finished_text.stated_conclusion_rule import check_stated_conclusions
from agents.review.rule import Rule, apply_rules
from agents.review.rules.count_claim_rule import check_count_claims
from agents.review.rules.prompt_injection_rule import check_instructions
from agents.review.rules.registration_rule import check_registration_claims
from agents.review.rules.symbol_rule import check_hidden_characters
from agents.review.text.objection import Mark, Objection, in_order, located

FINISHED_TEXT_RULES: tuple[Rule[FinishedTextContext], ...] = (
    check_hidden_characters,
    check_instructions,
    check_count_claims,
    check_stated_conclusions,
    check_registration_claims,
    check_number_support,
    check_comparison_support,
)


def check_text(text: str, book: Book, name: str = "text", *, is_html: bool = False) -> list[Objection]:
    """Return the objections to Markdown, plain text or HTML, in order of position. Code blocks are not checked.

    `name` is the slot of the objections, for example the file name.
    """
    context, sources = FinishedTextContext(book), source_entries(book)
    marks: list[Mark] = []
    for piece in pieces(text, is_html=is_html):
        source = piece.text if is_html else text[piece.positions[0] : piece.positions[-1]]
        if not (is_fact_entry(source, book.facts) or is_source_entry(source, sources)):
            passage = context.passage(piece.text)
            marks += (_mark_in_file(mark, piece) for mark in apply_rules(FINISHED_TEXT_RULES, passage, context))
    return list({(mark.start, mark.rule): located(name, text, mark) for mark in in_order(marks)}.values())


def _mark_in_file(mark: Mark, piece: Piece) -> Mark:
    return Mark(piece.positions[mark.start], piece.positions[mark.end], mark.rule, mark.reason)
