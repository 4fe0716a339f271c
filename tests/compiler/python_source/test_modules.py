"""Modules are found and their imports followed without importing them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.modules import Module, Modules

SOURCES = {
    "solo.py": "x = 1\n",
    "top.py": "import os, numpy\nimport low\nfrom package import part\nfrom package.deep import leaf as l\n",
    "low.py": "def f():\n    import lazily\n    from . import nothing\n",
    "lazily.py": "",
    "package/__init__.py": "from . import sibling\n",
    "package/sibling.py": "",
    "package/part.py": "from .deep.leaf import thing\nfrom ..outside import x\n",
    "package/deep/__init__.py": "",
    "package/deep/leaf.py": "from ...package import sibling\nfrom .. import cousin\nthing = 1\n",
    "package/cousin.py": "import solo\n",
    "a.py": "import b\n",
    "b.py": "import a\n",
    "plain/inside.py": "",
    "guarded.py": "try:\n    import nowhere\nexcept ImportError:\n    import low\n",
    "broken.py": "x = (\n",
    "to_broken.py": "import broken\n",
    "json.py": "x = 1\n",
}


def write(root: Path, sources: Mapping[str, str]) -> None:
    for name, text in sources.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sources")
    write(root, SOURCES)
    return root


@pytest.fixture(scope="module")
def modules(root: Path) -> Modules:
    return Modules([root, ENGINE])


CLOSURES = {
    "solo": {"solo"},
    "low": {"low", "lazily"},
    "package.sibling": {"package", "package.sibling"},
    "package.deep.leaf": {"package", "package.sibling", "package.deep", "package.deep.leaf", "package.cousin", "solo"},
    "top": {
        *("top", "low", "lazily", "package", "package.part", "package.sibling"),
        *("package.deep", "package.deep.leaf", "package.cousin", "solo"),
    },
    "a": {"a", "b"},
    "guarded": {"guarded", "low", "lazily"},
    "nowhere": set(),
    "numpy": set(),
    "os": set(),
    "": set(),
}


@pytest.mark.parametrize(("name", "expected"), CLOSURES.items())
def test_the_closure_contains_the_project_modules_that_an_import_executes(
    name: str, expected: set[str], modules: Modules
) -> None:
    assert set(modules.closure([name])) == expected


def test_a_module_that_is_not_valid_python_is_named(modules: Modules) -> None:
    with pytest.raises(SyntaxError) as caught:
        modules.closure(["to_broken"])
    assert (caught.value.filename, caught.value.lineno) == ("broken.py", 1)


SOURCE_FILES = {
    "solo": "solo.py",
    "package": "package/__init__.py",
    "package.deep.leaf": "package/deep/leaf.py",
    "plain.inside": "plain/inside.py",
    "json": "json.py",  # a file of the lab takes precedence over the standard library
}


@pytest.mark.parametrize(("name", "file"), SOURCE_FILES.items())
def test_find_returns_the_first_file_on_the_path(name: str, file: str, modules: Modules, root: Path) -> None:
    assert modules.find(name) == Module(name, (root / file).resolve(), is_project=True)


@pytest.mark.parametrize(
    "name", ["nowhere", "package.nothing", "solo.inside", "plain", "", ".", "..solo", "a b", "é", "math"]
)
def test_find_returns_none_without_a_source_file(name: str, modules: Modules) -> None:
    assert modules.find(name) is None


COMPILED = {"sys": True, "math": True, "builtins": True, "solo": False, "nowhere": False, "json.nothing": False}


@pytest.mark.parametrize(("name", "expected"), COMPILED.items())
def test_modules_without_source_are_compiled(name: str, expected: bool, modules: Modules) -> None:
    assert modules.is_compiled(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("solo", True), ("compiler.base.paths", True), ("yaml", False), ("ast", False), ("pytest", False)],
)
def test_only_code_of_the_lab_and_the_engine_is_project_code(name: str, expected: bool, modules: Modules) -> None:
    module = modules.find(name)
    assert module is not None
    assert module.is_project is expected


RELATIVE = {
    "module, one dot": ("package.part", "package/part.py", "from . import x", "package"),
    "module, one dot and a name": ("package.part", "package/part.py", "from .deep import x", "package.deep"),
    "module, two dots": ("package.deep.leaf", "package/deep/leaf.py", "from ..part import x", "package.part"),
    "package, one dot": ("package.deep", "package/deep/__init__.py", "from .leaf import x", "package.deep.leaf"),
    "package, two dots": ("package.deep", "package/deep/__init__.py", "from .. import x", "package"),
    "absolute": ("package.deep", "package/deep/__init__.py", "from solo import x", "solo"),
    "too many dots": ("solo", "solo.py", "from ... import x", ""),
}


@pytest.mark.parametrize(("name", "file", "line", "expected"), RELATIVE.values(), ids=RELATIVE)
def test_relative_imports_give_absolute_names(name: str, file: str, line: str, expected: str) -> None:
    node = ast.parse(line).body[0]
    assert isinstance(node, ast.ImportFrom)
    assert Module(name, Path(file), is_project=True).imported_from(node) == expected


def test_packages_on_pythonpath_are_not_project_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PYTHONPATH` and `.pth` files add folders to the path that are not this interpreter's site-packages."""
    lab, elsewhere = tmp_path / "lab", tmp_path / "elsewhere"
    write(lab, {"net.py": "import tools\nimport own.deep.part\n", "own/__init__.py": "", "own/deep/part.py": ""})
    write(elsewhere, {"tools/__init__.py": "import tools.vendored.part\n", "tools/vendored/part.py": "x = 1\n"})
    monkeypatch.syspath_prepend(str(elsewhere))
    modules = Modules([lab, ENGINE])
    assert set(modules.closure(["net"])) == {"net", "own", "own.deep.part"}
    assert modules.find("tools.vendored.part") is not None


def test_an_environment_inside_the_lab_is_not_project_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    write(tmp_path, {"net.py": "import tools\n"})
    write(packages, {"tools.py": ""})
    monkeypatch.syspath_prepend(str(packages))
    modules = Modules([tmp_path, ENGINE])
    assert modules.find("tools") is not None
    assert set(modules.closure(["net"])) == {"net"}


def test_closure_imports_no_module(modules: Modules) -> None:
    modules.closure(["top", "package.deep.leaf"])
    assert not {"top", "low", "package", "solo"} & sys.modules.keys()
