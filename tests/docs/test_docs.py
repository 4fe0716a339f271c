"""Follow each page of the documentation: write its files and run its commands, in order, in a clone."""

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
PAGES_OF_FIELDS = ("docs/spec.md", "docs/provenance.md", "docs/data.md")  # the layout page refers to them
# Fields whose keys are names from a lab or its machine (of metrics, parameters, runs, files, facts, packages or
# variables), so no page explains these keys.
_WITH_NAMES_FROM_A_LAB = frozenset(
    {"metrics", "overrides", "level", "levels", "deliverables_status", "artifacts", "packages", "data", "runs"}
    | {"inputs", "setting", "facts", "verdicts", "documents", "source", "distributions", "environment", "torch_build"}
    | {"arms", "best_arm", "best_run"}
)
_SPEC_KEYS = frozenset({"config", "compare", "deliverables", "sweep", "metadata"})


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in pages() if page != LAYOUT])
def test_commands_of_a_page_print_what_it_shows(page: str, tmp_path: Path) -> None:
    new_reader(tmp_path).follow(page)


@pytest.mark.slow
def test_the_layout_page_explains_every_field_of_the_files_that_its_commands_write(tmp_path: Path) -> None:
    reader = new_reader(tmp_path)
    reader.follow(LAYOUT)
    files = sorted((reader.clone / "results").rglob("*.json"))
    assert {file.name for file in files} >= {"status.json", "results.json", "registration.json", "genealogy.json"}
    texts = map(text_of, (LAYOUT, *PAGES_OF_FIELDS))
    explained = {field for text in texts for field in re.findall(r"`(\w+)`", text)}
    unknown = {
        f"{file.name}: {key}"
        for file in files
        for key in _keys(json.loads(file.read_text(encoding="utf-8")))
        if key not in explained
    }
    assert not unknown


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}.md" for name in REFERENCE)])
def test_each_reference_page_has_commands(page: str) -> None:
    assert [command for block in blocks(page) if block.language == "console" for command in commands(block)]


@pytest.mark.parametrize(
    ("expected_output", "missing"),
    [
        pytest.param(("a  b",), None, id="white space is folded"),
        pytest.param(("a … c",), None, id="any text for an ellipsis"),
        pytest.param(("a b c", "d"), None, id="in order"),
        pytest.param(("d", "a b c"), "a b c", id="out of order"),
        pytest.param(("x",), "x", id="missing"),
    ],
)
def test_expected_lines_are_searched_in_order(expected_output: tuple[str, ...], missing: str | None) -> None:
    assert first_missing(expected_output, "a b  c\nd\n") == missing


def _keys(value: Any, is_lab_name: bool = False) -> Iterator[str]:
    """Yield every key that Proband defines, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not is_lab_name:
                yield key
            if key not in _SPEC_KEYS or is_lab_name:
                yield from _keys(item, is_lab_name=key in _WITH_NAMES_FROM_A_LAB)
