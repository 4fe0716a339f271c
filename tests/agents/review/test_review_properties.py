"""Properties of the review for arbitrary texts: digits of any script are found, and no text causes an exception."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from review_exam import correct_templates, exam_book

from agents.documents.placeholders import placeholders
from agents.review.finished_text_review import check_text
from agents.review.lexicon.number_lexer import is_digit
from agents.review.template_review import review
from agents.review.text.folding import readings

BOOK = exam_book()
CORRECT = [correct.text for correct in correct_templates()]
DIGITS = [chr(code) for code in range(0x30000) if is_digit(chr(code))]  # higher code points contain no digits
DIFFICULT = st.text(
    st.one_of(st.characters(), st.sampled_from("{}:*_`[]()<>&;#|\n\\.-0123456789½③\u200b\u00ad")), max_size=80
)
PARTS = st.lists(st.one_of(DIFFICULT, st.sampled_from(CORRECT), st.sampled_from(sorted(BOOK.facts)[:20])), max_size=4)


@given(st.sampled_from(CORRECT), st.sampled_from(DIGITS), st.data())
@settings(max_examples=150, deadline=None)
def test_digit_of_any_script_outside_placeholders_is_found(text: str, digit: str, data: st.DataObject) -> None:
    inside = {position for item in placeholders(text) for position in range(item.start + 1, item.end)}
    positions = [position for position in range(len(text) + 1) if position not in inside]
    position = data.draw(st.sampled_from(positions))
    bad = f"{text[:position]}{digit}{text[position:]}"
    objections = review({"text": bad}, BOOK, exhibits=("arms", "curves"))
    assert any(objection.rule == "digit" and digit in objection.span for objection in objections)


@given(PARTS)
@settings(max_examples=100, deadline=None)
def test_any_text_can_be_reviewed_and_spans_are_at_their_position(parts: list[str]) -> None:
    text = "".join(parts)
    lines = text.split("\n")
    template_objections = review({"text": text, "table.rows.0.1": text, "table.columns.1": text}, BOOK)
    for objection in [*template_objections, *check_text(text, BOOK)]:
        first_line = objection.span.split("\n")[0]
        assert lines[objection.line - 1][objection.column - 1 :].startswith(first_line)


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_reading_maps_to_positions_in_the_text(text: str) -> None:
    for reading in readings(text):
        assert len(reading.origin) == len(reading.text) + 1
        assert list(reading.origin) == sorted(reading.origin)
        assert reading.origin[-1] == len(text)


@given(st.sampled_from(sorted(BOOK.facts)), st.sampled_from(CORRECT))
@settings(max_examples=100, deadline=None)
def test_fact_that_the_book_lacks_is_unknown(fact_id: str, text: str) -> None:
    smaller = replace(BOOK, facts={key: fact for key, fact in BOOK.facts.items() if key != fact_id})
    is_named = any(item.kind == "f" and item.name == fact_id for item in placeholders(text))
    rules = {objection.rule for objection in review({"text": text}, smaller, exhibits=("arms", "curves"))}
    assert is_named == ("unknown_fact" in rules)


def test_digits_of_many_scripts_are_recognised() -> None:
    assert len(DIGITS) > 1500
    assert {"5", "٥", "५", "５", "½", "⁵", "⑤", "Ⅴ", "五"} <= set(DIGITS)
    assert not [digit for digit in DIGITS if unicodedata.category(digit) in ("Lu", "Ll")]
