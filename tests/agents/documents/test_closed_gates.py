"""A document of an experiment with a closed gate says so in its first section, in a form that the review accepts."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.context.case import Book
from agents.documents.closed_gates import closed_gates, with_closed_gates
from agents.documents.document import Document, Paragraph, Section
from agents.rendering.formats import render
from agents.review.template_review import review_document
from tests.agents.documents.sample_documents import fact

WHY = "2 of 15 requirements do not hold: a1: the run failed: exception: <b>*boom*</b> {{f:nothing}}"
BOOK = Book(facts={"gate.training.why": fact("gate.training.why", WHY, "text")})
DOCUMENT = Document(
    kind="note",
    experiment_id="study",
    title="A note",
    sections=(Section(id="results", title="Results", blocks=(Paragraph(text="Nothing is claimed."),)),),
)


def test_document_without_closed_gates_is_unchanged() -> None:
    assert with_closed_gates(DOCUMENT, {}) == DOCUMENT
    assert closed_gates({}) == {}


def test_first_section_names_the_gate_once() -> None:
    labelled = with_closed_gates(DOCUMENT, BOOK.facts)
    assert [section.id for section in labelled.sections] == ["closed_gates", "results"]
    assert with_closed_gates(labelled, BOOK.facts) == labelled
    assert closed_gates(BOOK.facts) == {"training": WHY}
    assert review_document(labelled, BOOK) == []


@pytest.mark.parametrize("suffix", [".md", ".html", ".tex"])
def test_label_is_visible_in_each_format_and_its_reason_is_data(suffix: str, tmp_path: Path) -> None:
    text = render(with_closed_gates(DOCUMENT, BOOK.facts), BOOK, suffix, tmp_path).decode()
    assert "Closed gates: this experiment does not deliver" in text
    assert "The training gate is closed:" in text
    assert "<b>" not in text.split("The training gate is closed:")[1][:400]
