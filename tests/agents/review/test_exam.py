"""The reviewer's own exam: all that is bad is caught by the rule that should, and hardly anything honest is refused."""

from __future__ import annotations

import pytest
from review_exam import Bad, Honest, bad_templates, exam_book, honest_templates, sound_document, spoiled_documents

from agents.context.case import Book
from agents.documents.document import Document
from agents.review.template_review import review, review_document

BOOK = exam_book()
BAD, HONEST, SPOILED = bad_templates(), honest_templates(), list(spoiled_documents())
# Honest and refused all the same: `one of` before a value cannot be told from a count. The exam allows one such text.
REFUSED = {"results: written level"}


def rules(text: str, book: Book = BOOK) -> set[str]:
    return {one.rule for one in review({"text": text}, book, exhibits=("arms", "curves"))}


@pytest.mark.parametrize("bad", BAD, ids=lambda one: one.id)
def test_what_is_bad_is_caught_by_its_rule(bad: Bad) -> None:
    assert bad.rule in rules(bad.text)


@pytest.mark.parametrize("honest", HONEST, ids=lambda one: one.id)
def test_what_is_honest_passes(honest: Honest) -> None:
    found = review({"text": honest.text}, BOOK, exhibits=("arms", "curves"))
    assert bool(found) == (honest.id in REFUSED), found


@pytest.mark.parametrize(("rule", "document"), [row[1:] for row in SPOILED], ids=[row[0] for row in SPOILED])
def test_a_document_with_one_bad_part_is_caught(rule: str, document: Document) -> None:
    assert rule in {one.rule for one in review_document(document, BOOK)}


def test_the_sound_document_passes() -> None:
    assert review_document(Document.model_validate(sound_document()), BOOK) == []


def test_the_score(capsys: pytest.CaptureFixture[str]) -> None:
    bad = len(BAD) + len(SPOILED)
    caught = sum(bool(rules(one.text)) for one in BAD) + sum(bool(review_document(row[2], BOOK)) for row in SPOILED)
    refused = [honest.id for honest in HONEST if rules(honest.text)]
    with capsys.disabled():
        print(
            f"\nexam: {caught} of {len(BAD) + len(SPOILED)} bad caught, {len(refused)} of {len(HONEST)} honest refused"
        )
    assert bad >= 80
    assert len(HONEST) >= 40
    assert caught == bad
    assert len(refused) <= 1


def test_the_exam_can_fail() -> None:
    """A reviewer that waves everything through, or refuses everything, does not pass."""
    assert len(BAD) > 0 < len(HONEST)
    assert not rules("The runs were made.")
    assert rules("The 5 runs were made.")
