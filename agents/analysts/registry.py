"""Finds an analyst by its name: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from agents.analysis import Analysis
from agents.case import Case
from agents.coordinator import Task
from compiler.written import WRITINGS

Analyse = Callable[[Case, Task, Path], Analysis]
"""From a case and a task to an analysis. The folder is where figures may be written, and need not exist yet."""

_ANALYSTS = WRITINGS["analysis_pipeline"]


class UnknownAnalyst(Exception):
    """No analyst of that name is shipped or installed, or what was found cannot be called."""


def analyst(name: str) -> Analyse:
    """The analyst called `name`.

    Raises:
        UnknownAnalyst: there is none, or it cannot be imported.
    """
    target = _ANALYSTS.target(name)
    if target is None:
        known = f"known are {', '.join(_ANALYSTS.known)}, and your own as module:function"
        raise UnknownAnalyst(f"no analyst is called '{name}'; {known}")
    try:
        found: object = resolve_name(target)
    except Exception as error:  # the module is a user's: importing it may raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownAnalyst(f"analyst '{name}' cannot be imported: {reason}") from error
    if not callable(found):
        raise UnknownAnalyst(f"analyst '{name}' is no function, but {type(found).__name__}")
    return cast(Analyse, found)
