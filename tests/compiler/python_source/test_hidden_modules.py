"""A module of a lab must not hide one of Proband, of Python, or of a package that Proband imports."""

from __future__ import annotations

from pathlib import Path

import pytest

from compiler.base.diagnostics import CompileError
from compiler.base.paths import ENGINE
from compiler.python_source.hidden_modules import check_module_names

HIDING = {
    "a folder of the engine": ("agents.py", "agents.py:1:1: a module of the lab may not be called 'agents': Proband"),
    "a package of that name": ("compiler/__init__.py", "compiler/__init__.py:1:1: a module of the lab may not be"),
    "Proband itself": ("proband.py", "'proband': Proband has a module with this name (rename it)"),
    "the standard library": ("random.py", "'random': it would hide a module of Python's standard library"),
    "a required package": ("yaml.py", "'yaml': it would hide the package yaml, which Proband imports"),
}


@pytest.mark.parametrize(("name", "message"), HIDING.values(), ids=HIDING)
def test_a_module_that_hides_another_one_is_refused(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("print('imported')", encoding="utf-8")
    with pytest.raises(CompileError) as caught:
        check_module_names(tmp_path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "name", ["own.py", "rules/own.smk", "hydra_plugins/own.py", "test/__init__.py", "data/agents.py"]
)
def test_other_files_are_accepted(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    check_module_names(tmp_path)


def test_the_engine_is_a_lab_too() -> None:
    check_module_names(ENGINE)
