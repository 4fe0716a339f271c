"""The server lists the modules of the lab and the engine again when it has imported more."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from pathlib import Path

import pytest

from rules.jobserver.loaded_code import changed_modules, list_modules, start_mark


@pytest.fixture
def lab_with_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("listed_first", "listed_later"):
        (tmp_path / f"{name}.py").write_text("", encoding="utf-8")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def names(root: Path) -> set[str]:
    return {name for name, _ in list_modules((root,))}


def test_a_module_that_is_imported_after_the_first_list_is_in_the_next_one(lab_with_modules: Path) -> None:
    import_module("listed_first")
    assert names(lab_with_modules) == {"listed_first"}
    import_module("listed_later")
    assert names(lab_with_modules) == {"listed_first", "listed_later"}


def test_a_listed_module_that_changes_after_the_mark_is_found(lab_with_modules: Path) -> None:
    module = import_module("listed_first")
    mark = start_mark(lab_with_modules / "state")
    assert names(lab_with_modules) == {"listed_first"}
    assert changed_modules(mark, (lab_with_modules,)) == []
    assert module.__file__ is not None
    time.sleep(0.05)  # the times of a file system have steps of some milliseconds
    Path(module.__file__).write_text("changed = True\n", encoding="utf-8")
    os.utime(module.__file__, ns=(0, 0))
    assert changed_modules(mark, (lab_with_modules,)) == ["listed_first"]
