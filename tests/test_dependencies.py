"""Every imported package is declared in pyproject.toml, so that an installation contains all of them."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from compiler.base.paths import ENGINE
from compiler.python_source.hidden_modules import PROBAND, REQUIRED

PROJECT = tomllib.loads((ENGINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("compiler", "lightning_modules", "agents", "rules", "lab", "proband", "hydra_plugins")
EXTRAS = PROJECT["optional-dependencies"]
USERS = [*PROJECT["dependencies"], *EXTRAS["llm"], *EXTRAS["tensorboard"], *EXTRAS["trackio"]]
# Scripts that a test runs in an environment of its own, in which it installs what the script imports.
OTHER_ENVIRONMENT = {
    ENGINE / "tests/lab/publication/crate/run_roc_validator.py",
    ENGINE / "lightning_modules/tracking/trackio_log/write_run.py",
}
DEVELOPERS = [*USERS, *EXTRAS["dev"]]


def distribution_name(requirement: str) -> str:
    """Return the normalized name of a distribution, without its version and extras (PEP 503)."""
    name = re.match(r"[\w.-]+", requirement)
    assert name, requirement
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def top_level_imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("folder", "requirements"), [*((package, USERS) for package in PACKAGES), ("tests", DEVELOPERS)]
)
def test_every_import_has_a_declared_distribution(folder: str, requirements: list[str]) -> None:
    declared = {distribution_name(requirement) for requirement in requirements}
    distributions = packages_distributions()
    files = [file for file in (ENGINE / folder).rglob("*.py") if file not in OTHER_ENVIRONMENT]
    own_modules = {*PACKAGES, "tests", *(file.stem for file in files)}  # tests import neighbouring files by their stem
    undeclared = {
        f"{file.relative_to(ENGINE)} imports {module}"
        for file in files
        for module in top_level_imports(file)
        if module not in sys.stdlib_module_names | own_modules
        and not declared & {distribution_name(name) for name in distributions.get(module, ())}
    }
    assert not undeclared


def test_labs_may_not_hide_any_package_that_the_code_imports() -> None:
    files = [file for package in PACKAGES for file in (ENGINE / package).rglob("*.py")]
    imported = {module for file in files for module in top_level_imports(file)}
    assert imported - sys.stdlib_module_names <= REQUIRED | PROBAND | {"own"}  # `own` is the module of a new lab
