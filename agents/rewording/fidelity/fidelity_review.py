"""Check that a reworded text keeps the required content of the original.

The quality review sees only the new text and cannot detect omissions.
"""

from __future__ import annotations

from collections.abc import Collection

from agents.context.case import Book
from agents.review.rule import Rule, apply_rules
from agents.review.text.objection import Objection, located
from agents.review.text.passage import Passage
from agents.rewording.fidelity.fact_label_rule import check_fact_labels
from agents.rewording.fidelity.length_rule import LENGTH_RULES, check_length
from agents.rewording.fidelity.quotation_rule import check_quotations
from agents.rewording.fidelity.required_content_rule import check_exhibit_references, check_required_content
from agents.rewording.fidelity.rewording_context import RewordingContext
from agents.rewording.fidelity.unprintable_rule import check_unprintable

FIDELITY_RULES: tuple[Rule[RewordingContext], ...] = (
    check_required_content,
    check_exhibit_references,
    check_quotations,
    check_fact_labels,
    check_unprintable,
)


def fidelity_objections(slot: str, original: str, text: str, exhibits: Collection[str], book: Book) -> list[Objection]:
    """Return the objections to a text that replaces `original`. `exhibits` are the ids that it may refer to.

    An empty or too long text gets no other objection.
    """
    passage = Passage(slot, text)
    context = RewordingContext(book, exhibits, Passage(slot, original))
    marks = list(check_length(passage, context)) or list(apply_rules(FIDELITY_RULES, passage, context))
    return [located(slot, text, mark) for mark in marks]


def has_unusable_length(objection: Objection) -> bool:
    """Return whether the text is empty or too long, so that the quality review does not need to read it."""
    return objection.rule in LENGTH_RULES
