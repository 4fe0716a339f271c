"""Finds an analyst by its name: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from agents.analysis import Analysis
from agents.case import Case
from agents.coordinator import Task

ENTRY_POINTS = "proband.analysts"
# As text: an analyst is imported by the job that runs it, and by no other.
SHIPPED = {
    name: f"agents.analysts.{name}:analyse"
    for name in ("performance_analysis", "ablation_study", "baseline_comparison")
}

Analyse = Callable[[Case, Task, Path], Analysis]
"""From a case and a task to an analysis. The folder is where figures may be written, and need not exist yet."""


class UnknownAnalyst(Exception):
    """No analyst of that name is shipped or installed, or what was found cannot be called."""


def analyst(name: str) -> Analyse:
    """The analyst called `name`.

    Raises:
        UnknownAnalyst: there is none, or it cannot be imported.
    """
    try:
        found = _found(name)
    except Exception as error:  # the module is a user's: importing it may raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownAnalyst(f"analyst '{name}' cannot be imported: {reason}") from error
    if not callable(found):
        raise UnknownAnalyst(f"{_problem(name, found)}; {_hint()}")
    return cast(Analyse, found)


def analyst_names() -> list[str]:
    return [*SHIPPED, *(point.name for point in entry_points(group=ENTRY_POINTS))]


def _found(name: str) -> object:
    if name in SHIPPED:
        return cast(object, resolve_name(SHIPPED[name]))
    if ":" in name:
        return cast(object, resolve_name(name))
    return next((point.load() for point in entry_points(group=ENTRY_POINTS, name=name)), None)


def _problem(name: str, found: object) -> str:
    return f"no analyst is called '{name}'" if found is None else f"'{name}' is a {type(found).__name__}, no function"


def _hint() -> str:
    return f"known are {', '.join(analyst_names())}, and your own as module:function"
