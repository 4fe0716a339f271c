"""Each folder of the packages is one pass or stage: it states its input and output, and holds few modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE

PACKAGES = ("compiler", "lightning_modules", "agents", "rules", "lab", "proband")
FOLDERS = sorted({file.parent for package in PACKAGES for file in (ENGINE / package).rglob("*.py")})
MAX_MODULES = 16
FILLER_NAMES = {"one", "each", "found", "told"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ENGINE)))
def test_folder_has_a_docstring_and_few_modules(folder: Path) -> None:
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert len([file for file in folder.glob("*.py") if file.name != "__init__.py"]) <= MAX_MODULES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(ENGINE)))
def test_names_say_what_they_hold(folder: Path) -> None:
    nodes = [node for file in folder.glob("*.py") for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    assert not FILLER_NAMES & (bound | {node.arg for node in nodes if isinstance(node, ast.arg)})
