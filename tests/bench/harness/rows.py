"""Rows and notes that a table yields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """A measurement, its result in words and numbers, and its goal. Without a goal, `reached` is None."""

    name: str
    result: str
    goal: str = ""
    reached: bool | None = None
    values: Mapping[str, float] = field(default_factory=dict)  # for programs that read the results
    is_measured: bool = True


@dataclass(frozen=True)
class Note:
    """A part of the page that is not a row of the table, as Markdown."""

    text: str


Item = Row | Note


def measured_or_reason(name: str, goal: str, measure: Callable[[], Row]) -> Row:
    """Return the row that `measure` returns, or a row with the reason why there is none, so that others are measured.

    A row with a goal that was not measured did not reach it.
    """
    try:
        return measure()
    except Exception as error:
        return not_measured(name, goal, error)


def not_measured(name: str, goal: str, reason: Exception | str) -> Row:
    kind = f"{type(reason).__name__}: " if isinstance(reason, Exception) else ""
    text = " ".join(f"{kind}{reason}".split()).replace("|", "/")
    return Row(name, f"not measured: {text[:400]}", goal, False if goal else None, is_measured=False)
