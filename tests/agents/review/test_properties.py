"""Whatever is written: a digit of any script is seen wherever it is hidden, and no text makes the reviewer stumble."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from review_exam import exam_book, honest_templates

from agents.documents.placeholders import placeholders
from agents.review.finished_text_review import check_text
from agents.review.lexicon.number_lexer import is_digit
from agents.review.template_review import review
from agents.review.text.folding import readings

BOOK = exam_book()
HONEST = [one.text for one in honest_templates()]
DIGITS = [chr(code) for code in range(0x30000) if is_digit(chr(code))]  # the planes above hold none
NASTY = st.text(
    st.one_of(st.characters(), st.sampled_from("{}:*_`[]()<>&;#|\n\\.-0123456789½③\u200b\u00ad")), max_size=80
)
PIECES = st.lists(st.one_of(NASTY, st.sampled_from(HONEST), st.sampled_from(sorted(BOOK.facts)[:20])), max_size=4)


@given(st.sampled_from(HONEST), st.sampled_from(DIGITS), st.data())
@settings(max_examples=150, deadline=None)
def test_a_digit_of_any_script_anywhere_outside_placeholders_is_seen(
    text: str, digit: str, data: st.DataObject
) -> None:
    inside = {place for one in placeholders(text) for place in range(one.start + 1, one.end)}
    place = data.draw(st.sampled_from([place for place in range(len(text) + 1) if place not in inside]))
    spoiled = f"{text[:place]}{digit}{text[place:]}"
    found = review({"text": spoiled}, BOOK, exhibits=("arms", "curves"))
    assert any(one.rule == "digit" and digit in one.span for one in found)


@given(PIECES)
@settings(max_examples=100, deadline=None)
def test_no_text_makes_the_review_stumble(parts: list[str]) -> None:
    text = "".join(parts)
    for one in [
        *review({"text": text, "table.rows.0.1": text, "table.columns.1": text}, BOOK),
        *check_text(text, BOOK),
    ]:
        lines = text.split("\n")
        assert lines[one.line - 1][one.column - 1 :].startswith(one.span.split("\n")[0])


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_every_reading_leads_back_to_the_text(text: str) -> None:
    for reading in readings(text):
        assert len(reading.origin) == len(reading.text) + 1
        assert list(reading.origin) == sorted(reading.origin)
        assert reading.origin[-1] == len(text)


@given(st.sampled_from(sorted(BOOK.facts)), st.sampled_from(HONEST))
@settings(max_examples=100, deadline=None)
def test_what_a_book_lacks_is_unknown_whatever_the_text(name: str, text: str) -> None:
    smaller = replace(BOOK, facts={key: fact for key, fact in BOOK.facts.items() if key != name})
    named = any(one.kind == "f" and one.name == name for one in placeholders(text))
    found = {one.rule for one in review({"text": text}, smaller, exhibits=("arms", "curves"))}
    assert named == ("unknown_fact" in found)


def test_there_are_digits_of_many_scripts() -> None:
    assert len(DIGITS) > 1500
    assert {"5", "٥", "५", "５", "½", "⁵", "⑤", "Ⅴ", "五"} <= set(DIGITS)
    assert not [digit for digit in DIGITS if unicodedata.category(digit) in ("Lu", "Ll")]
