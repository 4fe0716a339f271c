"""Each page does what it says: its files are written and its commands run, in order, in a clone of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.documents import blocks, commands, pages, text_of
from tests.docs.reader import first_missing, new_reader

REFERENCE = ("spec", "commands", "layout", "identity", "extending")
LAYOUT = "docs/layout.md"
# Below these keys stand names that a lab gives: of metrics, parameters, runs, files, facts.
_NAMED_BY_THE_LAB = frozenset(
    {"metrics", "overrides", "level", "levels", "deliverables_status", "artifacts", "packages", "data", "runs"}
    | {"facts", "verdicts", "documents"}
)
_OF_THE_SPEC = frozenset({"config", "compare", "deliverables", "sweep", "metadata"})


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in pages() if page != LAYOUT])
def test_commands_do_what_the_page_says(page: str, tmp_path: Path) -> None:
    new_reader(tmp_path).follow(page)


@pytest.mark.slow
def test_the_layout_page_does_what_it_says_and_names_every_field_of_the_files_it_leaves(tmp_path: Path) -> None:
    reader = new_reader(tmp_path)
    reader.follow(LAYOUT)
    files = sorted((reader.clone / "results").rglob("*.json"))
    assert {file.name for file in files} >= {"status.json", "results.json", "registration.json", "genealogy.json"}
    explained = set(re.findall(r"`(\w+)`", text_of(LAYOUT) + text_of("docs/spec.md")))
    unknown = {
        f"{file.name}: {key}"
        for file in files
        for key in _keys(json.loads(file.read_text(encoding="utf-8")))
        if key not in explained
    }
    assert not unknown


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}.md" for name in REFERENCE)])
def test_the_reference_is_made_of_commands_that_run(page: str) -> None:
    assert [command for block in blocks(page) if block.language == "console" for command in commands(block)]


@pytest.mark.parametrize(
    ("shown", "missing"),
    [
        pytest.param(("a  b",), None, id="blanks count as one"),
        pytest.param(("a … c",), None, id="anything between"),
        pytest.param(("a b c", "d"), None, id="in order"),
        pytest.param(("d", "a b c"), "a b c", id="out of order"),
        pytest.param(("x",), "x", id="not there"),
    ],
)
def test_what_a_command_must_show(shown: tuple[str, ...], missing: str | None) -> None:
    assert first_missing(shown, "a b  c\nd\n") == missing


def _keys(value: Any, is_named: bool = False) -> Iterator[str]:
    """Every key whose name is Proband's own."""
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not is_named:
                yield key
            if key not in _OF_THE_SPEC or is_named:
                yield from _keys(item, is_named=key in _NAMED_BY_THE_LAB)
