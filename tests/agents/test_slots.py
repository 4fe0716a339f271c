"""Texts of a document by place: what may be reworded, and that nothing else changes."""

from __future__ import annotations

import pytest

from agents.documents.document import Bullets, Document, Figure, Paragraph, Quote, Section, Table, Verbatim
from agents.documents.slots import replace_slots, rewordable_slots, slots

RESULTS = Section(
    id="results",
    title="Results",
    blocks=(
        Paragraph(text="Free."),
        Paragraph(text="Required.", is_required=True),
        Bullets(items=("one", "other")),
        Table(id="arms", caption="Arms", columns=("arm",), rows=(("{{f:a}}",),)),
        Figure(id="curves", path="analysis/figures/curves.png", caption="Curves", alt="Lines"),
        Quote(text="verbatim", cite="key"),
        Verbatim(text="$ ls 1"),
    ),
    sections=(Section(id="more", title="More", blocks=(Paragraph(text="Below."),)),),
)
DOCUMENT = Document(kind="blog_post", experiment_id="x", title="Title", sections=(RESULTS,))


def test_each_text_has_a_place() -> None:
    found = slots(DOCUMENT)
    assert found["title"] == "Title"
    assert found["sections.results.blocks.3.rows.0.0"] == "{{f:a}}"
    assert found["sections.results.sections.more.blocks.0.text"] == "Below."
    assert "$ ls 1" not in found.values()
    assert "" not in found.values()


def test_what_is_required_quoted_or_a_cell_is_not_reworded() -> None:
    assert set(slots(DOCUMENT).values()) - set(rewordable_slots(DOCUMENT).values()) == {
        "Required.",
        "{{f:a}}",
        "verbatim",
        "arm",
    }


def test_a_text_is_replaced_and_nothing_else() -> None:
    worded = replace_slots(DOCUMENT, {"sections.results.blocks.0.text": "Freed."})
    assert slots(worded) == slots(DOCUMENT) | {"sections.results.blocks.0.text": "Freed."}
    assert replace_slots(DOCUMENT, {}) == DOCUMENT


def test_a_place_that_is_not_there_is_told() -> None:
    with pytest.raises(KeyError, match=r"sections\.nowhere"):
        replace_slots(DOCUMENT, {"sections.nowhere.title": "x"})
