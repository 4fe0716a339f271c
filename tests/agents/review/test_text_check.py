"""Finished texts: numbers, subjects and comparisons that facts and verdicts support, and those that nothing does."""

from __future__ import annotations

import pytest
from review_exam import exam_book, read

from agents.review.text_check import check_text

BOOK = exam_book()
TEXTS = read("texts")


@pytest.mark.parametrize("text", [pytest.param(text, id=id) for id, text in TEXTS["honest"]])
def test_what_facts_support_passes(text: str) -> None:
    assert check_text(text, BOOK) == []


@pytest.mark.parametrize(("rule", "text"), [pytest.param(rule, text, id=id) for id, rule, text in TEXTS["bad"]])
def test_what_nothing_supports_is_found(rule: str, text: str) -> None:
    assert rule in {one.rule for one in check_text(text, BOOK)}
