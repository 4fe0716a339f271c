"""`agents.api` has the names that labs import from `agents` according to the docs."""

from __future__ import annotations

import ast
import re

import pytest

import agents.api
from tests.docs.documents import blocks, text_of

PAGES = ("docs/analysts.md", "docs/reports.md", "docs/extending.md", "README.md")


def imported_names(page: str) -> dict[str, set[str]]:
    """Return the names that the Python blocks of a page import from `agents`, by module."""
    names: dict[str, set[str]] = {}
    for block in blocks(page):
        for node in ast.walk(ast.parse(block.text)) if block.language == "python" else ():
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("agents"):
                names.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
    return names


@pytest.mark.parametrize("page", PAGES)
def test_docs_import_from_agents_only_through_the_api(page: str) -> None:
    assert imported_names(page).keys() <= {"agents.api"}


@pytest.mark.parametrize("page", PAGES)
def test_api_exports_every_name_that_the_docs_use(page: str) -> None:
    mentioned = set(re.findall(r"`agents\.api\.(\w+)", text_of(page)))
    used = mentioned | imported_names(page).get("agents.api", set())
    assert used <= set(agents.api.__all__)


@pytest.mark.parametrize("name", agents.api.__all__)
def test_every_exported_name_resolves(name: str) -> None:
    assert getattr(agents.api, name) is not None
