"""Check Python, the packages that Proband requires, and the names of the lab's modules. Nothing is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from compiler.base.diagnostics import CompileError
from compiler.python_source.hidden_modules import check_module_names
from proband.doctor.check import Check
from proband.engine_path import ENGINE
from proband.missing_packages import pip_command

_MINIMUM = (3, 11)


def python_checks(lab: Path) -> Iterator[Check]:
    yield _python()
    yield _packages()
    yield _module_names(lab)


def _python() -> Check:
    text = f"{sys.version.split()[0]} in {sys.prefix}"
    if sys.version_info >= _MINIMUM:
        return Check("Python", "ok", text)
    return Check("Python", "problem", text, "install Python {}.{} or newer".format(*_MINIMUM))


def _packages() -> Check:
    """Check the versions of the packages without which Proband cannot work. Those of extras are optional."""
    try:
        requirements = requires("proband") or ()
    except PackageNotFoundError:
        fix = pip_command("--no-deps", str(ENGINE))
        return Check("packages", "problem", f"Proband is used from {ENGINE} and not installed", fix)
    problems = {text: problem for text in requirements if (problem := _package_problem(text))}
    if problems:
        fix = pip_command(*(text.partition(";")[0].strip() for text in problems))
        return Check("packages", "problem", "; ".join(problems.values()), fix)
    return Check("packages", "ok", f"proband {version('proband')}, engine in {ENGINE}")


def _package_problem(text: str) -> str | None:
    requirement = Requirement(text)
    if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
        return None
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{requirement.name} has version {installed}, required is {requirement.specifier}"


def _module_names(lab: Path) -> Check:
    try:
        check_module_names(lab)
    except CompileError as error:
        return Check("modules of the lab", "problem", "; ".join(map(str, error.diagnostics)))
    return Check("modules of the lab", "ok", "none hides a module of Proband, Python or a required package")
