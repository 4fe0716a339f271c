"""Exam of the review: each bad text is caught by its rule, and at most one honest text is rejected."""

from __future__ import annotations

import pytest
from review_exam import Bad, Honest, bad_templates, exam_book, honest_templates, sound_document, spoiled_documents

from agents.context.case import Book
from agents.documents.document import Document
from agents.review.template_review import review, review_document

BOOK = exam_book()
BAD, HONEST, SPOILED = bad_templates(), honest_templates(), list(spoiled_documents())
# Honest, but rejected: `one of` before a value cannot be distinguished from a count. The exam allows one such text.
REJECTED = {"results: written level"}


def rules(text: str, book: Book = BOOK) -> set[str]:
    return {objection.rule for objection in review({"text": text}, book, exhibits=("arms", "curves"))}


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.id)
def test_bad_text_is_caught_by_its_rule(bad: Bad) -> None:
    assert bad.rule in rules(bad.text)


@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.id)
def test_honest_text_passes(honest: Honest) -> None:
    objections = review({"text": honest.text}, BOOK, exhibits=("arms", "curves"))
    assert bool(objections) == (honest.id in REJECTED), objections


@pytest.mark.parametrize(("rule", "document"), [row[1:] for row in SPOILED], ids=[row[0] for row in SPOILED])
def test_document_with_one_bad_part_is_caught(rule: str, document: Document) -> None:
    assert rule in {objection.rule for objection in review_document(document, BOOK)}


def test_sound_document_passes() -> None:
    assert review_document(Document.model_validate(sound_document()), BOOK) == []


def test_all_bad_texts_are_caught_and_at_most_one_honest_text_is_rejected(capsys: pytest.CaptureFixture[str]) -> None:
    bad = len(BAD) + len(SPOILED)
    caught = sum(bool(rules(text.text)) for text in BAD) + sum(bool(review_document(row[2], BOOK)) for row in SPOILED)
    rejected = [honest.id for honest in HONEST if rules(honest.text)]
    with capsys.disabled():
        print(f"\nexam: {caught} of {bad} bad caught, {len(rejected)} of {len(HONEST)} honest refused")
    assert bad >= 80
    assert len(HONEST) >= 40
    assert caught == bad
    assert len(rejected) <= 1


def test_exam_distinguishes_good_from_bad() -> None:
    """A review that accepts everything, or rejects everything, does not pass the exam."""
    assert len(BAD) > 0 < len(HONEST)
    assert not rules("The runs were made.")
    assert rules("The 5 runs were made.")
