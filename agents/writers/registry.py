"""Finds a writer by its name: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from pkgutil import resolve_name
from typing import Any, cast

from agents.analysis import Analysis
from agents.case import Case
from agents.documents.document import Document

ENTRY_POINTS = "proband.writers"
SHIPPED = {name: f"agents.writers.{name}:write" for name in ("technical_report", "blog_post", "paper_draft")}

Writer = Callable[[Case, Sequence[Analysis], Mapping[str, Any] | None], Document]


class UnknownWriter(Exception):
    """No writer of that name is shipped or installed, or what was found cannot be called."""


def writer(name: str) -> Writer:
    """Raises UnknownWriter."""
    try:
        found = resolve_name(SHIPPED.get(name, name)) if name in SHIPPED or ":" in name else _installed(name)
    except Exception as error:  # the module is a user's: importing it may raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownWriter(f"writer '{name}' cannot be imported: {reason}") from error
    if not callable(found):
        raise UnknownWriter(f"unknown writer '{name}': known are {', '.join(installed_names())}, or module:attr")
    return cast(Writer, found)


def installed_names() -> list[str]:
    return [*SHIPPED, *(point.name for point in entry_points(group=ENTRY_POINTS))]


def _installed(name: str) -> object:
    return next((point.load() for point in entry_points(group=ENTRY_POINTS, name=name)), None)
