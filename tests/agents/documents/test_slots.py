"""Slots of a document: the slots that exist, the slots that may be reworded, and their replacement."""

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


def test_every_nonempty_text_except_verbatim_blocks_has_a_slot() -> None:
    texts = slots(DOCUMENT)
    assert texts["title"] == "Title"
    assert texts["sections.results.blocks.3.rows.0.0"] == "{{f:a}}"
    assert texts["sections.results.sections.more.blocks.0.text"] == "Below."
    assert "$ ls 1" not in texts.values()
    assert "" not in texts.values()


def test_required_texts_quotations_and_table_cells_are_not_rewordable() -> None:
    fixed = set(slots(DOCUMENT).values()) - set(rewordable_slots(DOCUMENT).values())
    assert fixed == {"Required.", "{{f:a}}", "verbatim", "arm"}


def test_replacing_a_slot_changes_nothing_else() -> None:
    changed = replace_slots(DOCUMENT, {"sections.results.blocks.0.text": "Freed."})
    assert slots(changed) == slots(DOCUMENT) | {"sections.results.blocks.0.text": "Freed."}
    assert replace_slots(DOCUMENT, {}) == DOCUMENT


def test_replacing_an_unknown_slot_raises_an_error_that_names_it() -> None:
    with pytest.raises(KeyError, match=r"sections\.nowhere"):
        replace_slots(DOCUMENT, {"sections.nowhere.title": "x"})
