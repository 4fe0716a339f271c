"""Exam of the review: each bad text is caught by its rule, and at most one correct text is rejected."""

from __future__ import annotations

import pytest
from review_exam import (
    BadText,
    CorrectText,
    bad_documents,
    bad_templates,
    correct_document,
    correct_templates,
    exam_book,
)

from agents.context.case import Book
from agents.documents.document import Document
from agents.review.template_review import review, review_document

BOOK = exam_book()
BAD, CORRECT, BAD_DOCUMENTS = bad_templates(), correct_templates(), list(bad_documents())
# A correct text that is rejected, because `one of` before a value looks like a count. The exam allows one such text.
REJECTED = {"results: written level"}


def rules(text: str, book: Book = BOOK) -> set[str]:
    return {objection.rule for objection in review({"text": text}, book, exhibits=("arms", "curves"))}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.id)
def test_bad_text_is_caught_by_its_rule(bad: BadText) -> None:
    assert bad.rule in rules(bad.text)


@pytest.mark.parametrize("correct", CORRECT, ids=lambda correct: correct.id)
def test_correct_text_passes(correct: CorrectText) -> None:
    objections = review({"text": correct.text}, BOOK, exhibits=("arms", "curves"))
    assert bool(objections) == (correct.id in REJECTED), objections


@pytest.mark.parametrize(
    ("rule", "document"), [row[1:] for row in BAD_DOCUMENTS], ids=[row[0] for row in BAD_DOCUMENTS]
)
def test_document_with_one_bad_part_is_caught(rule: str, document: Document) -> None:
    assert rule in {objection.rule for objection in review_document(document, BOOK)}


def test_correct_document_passes() -> None:
    assert review_document(Document.model_validate(correct_document()), BOOK) == []


def test_all_bad_texts_are_caught_and_at_most_one_correct_text_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    bad = len(BAD) + len(BAD_DOCUMENTS)
    caught = sum(bool(rules(text.text)) for text in BAD) + sum(
        bool(review_document(document, BOOK)) for _, _, document in BAD_DOCUMENTS
    )
    rejected = [correct.id for correct in CORRECT if rules(correct.text)]
    with capsys.disabled():
        print(f"\nexam: {caught} of {bad} bad caught, {len(rejected)} of {len(CORRECT)} correct rejected")
    assert bad >= 80
    assert len(CORRECT) >= 40
    assert caught == bad
    assert len(rejected) <= 1


def test_exam_distinguishes_good_from_bad() -> None:
    """A review that accepts everything, or rejects everything, does not pass the exam."""
    assert BAD
    assert CORRECT
    assert not rules("The runs were made.")
    assert rules("The 5 runs were made.")
