"""Finished texts: numbers, subjects and comparisons that facts and verdicts support, and those that nothing does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from review_exam import exam_book, read, sound_document

from agents.documents.document import Document
from agents.rendering.formats import render_html, render_markdown
from agents.review.finished_text_review import check_text

BOOK = exam_book()
TEXTS = read("texts")


@pytest.mark.parametrize("text", [pytest.param(text, id=id) for id, text in TEXTS["honest"]])
def test_what_facts_support_passes(text: str) -> None:
    assert check_text(text, BOOK) == []


@pytest.mark.parametrize(("rule", "text"), [pytest.param(rule, text, id=id) for id, rule, text in TEXTS["bad"]])
def test_what_nothing_supports_is_found(rule: str, text: str) -> None:
    assert rule in {one.rule for one in check_text(text, BOOK)}


def test_an_id_is_a_name_however_it_sounds() -> None:
    fact = replace(BOOK.facts["experiment.runs"], id="baseline[the_nearest_neighbour].n")
    named = BOOK.with_findings([fact], [])
    text = r"It is called baseline\[the_nearest_neighbour\].n in the list."
    assert [one.rule for one in check_text(text, BOOK)] == ["comparative"]
    assert check_text(text, named) == []


def test_a_sound_report_passes_once_it_is_rendered() -> None:
    page = render_markdown(Document.model_validate(sound_document()), BOOK, Path()).decode()
    assert "0.9515" in page
    assert check_text(page, BOOK) == []


def test_a_sound_report_passes_as_html() -> None:
    sound = sound_document()
    blocks = sound["sections"][0]["blocks"]
    sound["sections"][0]["blocks"] = [{"kind": "paragraph", "text": "{{ref:arms}} lists the arms."}, *blocks[2:]]
    page = render_html(Document.model_validate(sound), BOOK, Path()).decode()
    assert check_text(page, BOOK, is_html=True) == []
    assert check_text(page.replace("0.9515", "0.9615", 1), BOOK, is_html=True)


def test_a_number_changed_in_a_rendered_report_is_found() -> None:
    page = render_markdown(Document.model_validate(sound_document()), BOOK, Path()).decode()
    assert {one.span for one in check_text(page.replace("0.9515", "0.9615", 1), BOOK)} == {"0.9615"}


def test_a_changed_entry_of_the_appendix_is_found() -> None:
    page = render_markdown(Document.model_validate(sound_document()), BOOK, Path()).decode()
    assert check_text(page.replace("n = 1 `", "n = 99 `", 1), BOOK)
