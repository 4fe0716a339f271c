"""Check a value of a job against the kind that a row asks for."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from lab.intake.mapping.row import ValueKind

_CHECKS: Mapping[ValueKind, tuple[Callable[[object], bool], str]] = {
    "text": (lambda value: isinstance(value, str) and bool(value.strip()), "text"),
    "number": (lambda value: _is_number(value), "a number"),
    "positive number": (lambda value: _is_number(value) and value > 0, "a number above 0"),  # type: ignore[operator]
    "integer": (lambda value: _is_whole(value), "a whole number"),
    "positive integer": (lambda value: _is_whole(value) and value >= 1, "a whole number, 1 or more"),  # type: ignore[operator]
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "any": (lambda value: not isinstance(value, dict), "a number, text, true, false, null or a list"),
}


def kind_problem(value: object, kind: ValueKind) -> str:
    """Return what is wrong with a value, or an empty text."""
    if isinstance(value, str) and "${" in value:
        return f"a job cannot contain an interpolation, got {value!r}"
    is_valid, description = _CHECKS[kind]
    if is_valid(value):
        return ""
    actual = "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)
    return f"must be {description}, got {actual}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
