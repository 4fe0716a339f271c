"""In finished texts supported numbers, subjects and comparisons pass, and unsupported ones are found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from review_exam import correct_document, exam_book, read

from agents.documents.document import Document
from agents.rendering.formats import render_html, render_markdown
from agents.review.finished_text_review import check_text

BOOK = exam_book()
TEXTS = read("texts")


@pytest.mark.parametrize("text", [pytest.param(text, id=id) for id, text in TEXTS["correct"]])
def test_supported_text_passes(text: str) -> None:
    assert check_text(text, BOOK) == []


@pytest.mark.parametrize(("rule", "text"), [pytest.param(rule, text, id=id) for id, rule, text in TEXTS["bad"]])
def test_unsupported_text_is_found_by_its_rule(rule: str, text: str) -> None:
    assert rule in {objection.rule for objection in check_text(text, BOOK)}


def test_fact_id_is_a_name_even_if_it_contains_a_comparative() -> None:
    fact = replace(BOOK.facts["experiment.runs"], id="baseline[the_nearest_neighbour].n")
    book = BOOK.with_findings([fact], [])
    text = r"It is called baseline\[the_nearest_neighbour\].n in the list."
    assert [objection.rule for objection in check_text(text, BOOK)] == ["comparative"]
    assert check_text(text, book) == []


def rendered() -> str:
    return render_markdown(Document.model_validate(correct_document()), BOOK, Path()).decode()


def test_rendered_correct_document_passes() -> None:
    assert "0.9515" in rendered()
    assert check_text(rendered(), BOOK) == []


def test_correct_document_passes_as_html_and_a_changed_number_does_not() -> None:
    correct = correct_document()
    blocks = correct["sections"][0]["blocks"]
    correct["sections"][0]["blocks"] = [{"kind": "paragraph", "text": "{{ref:arms}} lists the arms."}, *blocks[2:]]
    page = render_html(Document.model_validate(correct), BOOK, Path()).decode()
    assert check_text(page, BOOK, is_html=True) == []
    assert check_text(page.replace("0.9515", "0.9615", 1), BOOK, is_html=True)


def test_changed_number_in_rendered_document_is_found() -> None:
    objections = check_text(rendered().replace("0.9515", "0.9615", 1), BOOK)
    assert {objection.span for objection in objections} == {"0.9615"}


def test_changed_entry_of_the_provenance_appendix_is_found() -> None:
    assert check_text(rendered().replace("n = 1 `", "n = 99 `", 1), BOOK)
