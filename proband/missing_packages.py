"""Name the packages that Proband requires and that are not installed, and the command that installs them.

This module imports only the standard library, because it runs when the command line cannot be imported.
"""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib import metadata

from proband.engine_path import ENGINE

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


def missing_message(error: ModuleNotFoundError) -> str | None:
    """Return what is missing and how to install it. None if the cause is not a package that Proband requires."""
    missing = missing_requirements()
    if missing:
        return "\n".join(
            [
                f"Proband cannot work, because packages that it requires are not installed in {sys.prefix}:",
                *(f"  {requirement}" for requirement in missing),
                f"Install them: {pip_command(*missing)}",
                "or install the requirements.lock of the experiment or of Proband.",
            ]
        )
    damaged = [text for text in _requirements_of_proband() if _normalized(text) == _normalized(error.name or "")]
    if not damaged:
        return None
    command = pip_command("--force-reinstall", *damaged)
    return f"Proband cannot work: the package {error.name} is installed, but its files are missing.\nRun: {command}"


def pip_command(*arguments: str) -> str:
    """Return the command that installs packages in this environment, as it is typed in a shell."""
    return shlex.join([sys.executable, "-m", "pip", "install", *arguments])


def missing_requirements() -> list[str]:
    """Return the requirements of Proband that are not installed, and those of its installed requirements, sorted."""
    missing: dict[str, str] = {}
    seen: set[str] = set()
    waiting = list(_requirements_of_proband())
    while waiting:
        requirement = waiting.pop()
        name = _normalized(requirement)
        if name in seen:
            continue
        seen.add(name)
        try:
            waiting += _applicable(metadata.distribution(name).requires or ())
        except metadata.PackageNotFoundError:
            missing[name] = requirement
    return [requirement for _, requirement in sorted(missing.items())]


def _requirements_of_proband() -> list[str]:
    """Return the requirements of the clone, whose metadata can be of an older state, or those of the installation."""
    file = ENGINE / "pyproject.toml"
    if file.is_file():
        return list(_applicable(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["dependencies"]))
    try:
        return list(_applicable(metadata.distribution("proband").requires or ()))
    except metadata.PackageNotFoundError:
        return []


def _applicable(requirements: Iterable[str]) -> Iterator[str]:
    """Yield the requirements of this Python and system, without those of extras and without the conditions.

    Only `packaging` can evaluate a condition. If it is missing, requirements with a condition are left out.
    """
    for text in requirements:
        requirement, _, marker = (part.strip() for part in text.partition(";"))
        if not marker or _holds(marker):
            yield requirement


def _holds(marker: str) -> bool:
    try:
        from packaging.markers import Marker
    except ModuleNotFoundError:
        return False
    return Marker(marker).evaluate({"extra": ""})


def _normalized(requirement: str) -> str:
    match = _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", match[0]).lower() if match else ""
