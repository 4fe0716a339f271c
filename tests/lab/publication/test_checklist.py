"""Open items of a checklist must be answered, with an answer that says something."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.json_files import write_json
from lab.publication.checklist import (
    CHECKLIST,
    Item,
    Tick,
    answer_problems,
    checklist_json,
    checklist_markdown,
    read_checklist,
    required_answers,
)

HOLDS = Tick("Registered before the runs", True, "registration/registration.json")
FAILS = Tick("The lab has a licence", False, "README.md")
ITEMS = (
    Item("method", "Does the method answer the question?", (HOLDS,), needs_person=True),
    Item("statistics", "Is the conclusion justified?", (HOLDS,)),
    Item("rights", "May it be published?", (HOLDS, FAILS)),
)
GOOD = {"method": "A two-arm comparison with fixed data.", "rights": "Licence is added at upload."}


def test_items_are_open_that_code_did_not_tick_or_only_a_person_can_answer() -> None:
    assert [item.id for item in required_answers(ITEMS)] == ["method", "rights"]
    assert not list(answer_problems(ITEMS, GOOD))


@pytest.mark.parametrize("answer", ["", "  ", "no", "No.", "?", "TODO", "n/a", "unknown", "…", "--", "\u200b"])
def test_answer_that_denies_or_says_nothing_leaves_the_item_open(answer: str) -> None:
    (problem,) = answer_problems(ITEMS, {**GOOD, "method": answer})
    assert problem.startswith("method: ")
    assert "Does the method answer the question?" in problem


def test_answers_to_unknown_items_are_problems() -> None:
    (problem,) = answer_problems(ITEMS, {**GOOD, "metod": "fine"})
    assert problem == "metod: the checklist has no such item (method, rights, statistics)"


def test_checklist_is_read_back_and_shown(tmp_path: Path) -> None:
    write_json(tmp_path / CHECKLIST, checklist_json(ITEMS))
    assert read_checklist(tmp_path) == ITEMS
    text = checklist_markdown(ITEMS)
    assert "## method (open)" in text
    assert "- [ ] The lab has a licence (`README.md`)" in text


@pytest.mark.parametrize("content", [{}, {"items": [{}]}, {"items": 3}])
def test_damaged_checklist_is_an_error(tmp_path: Path, content: object) -> None:
    write_json(tmp_path / CHECKLIST, content)
    with pytest.raises(ValueError, match="is not a checklist"):
        read_checklist(tmp_path)
