"""`lightning_modules.api` has exactly the names that docs and configs tell labs to import from `lightning_modules`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import lightning_modules.api
from compiler.base.paths import ENGINE

IMPORT = re.compile(r"from (lightning_modules[\w.]*) import ([\w, ]+)")
TARGETS = ("lightning_modules.models.", "lightning_modules.data.")  # named by `_target_`, so their paths stay


def shown_imports() -> Iterator[tuple[Path, str, str]]:
    """Yield the file, the module and the name of every import from `lightning_modules` in docs and configs."""
    files = [ENGINE / "README.md", *(ENGINE / "docs").glob("*.md"), *(ENGINE / "conf").rglob("*.yaml")]
    for file in files:
        for module, names in IMPORT.findall(file.read_text(encoding="utf-8")):
            yield from ((file, module, name) for name in re.findall(r"\w+", names))


def test_api_has_exactly_the_names_that_docs_and_configs_import() -> None:
    imports = [entry for entry in shown_imports() if not (entry[1].startswith(TARGETS) and entry[2][0].isupper())]
    assert {(str(file), module) for file, module, _ in imports if module != "lightning_modules.api"} == set()
    assert {name for _, _, name in imports} == set(lightning_modules.api.__all__)
