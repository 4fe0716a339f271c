"""Find the levels of a factor in the points of a sweep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from compiler.base.level_label import label

Settings = Mapping[str, Any]  # the overrides of one point, by key


def is_same_level(left: Any, right: Any) -> bool:
    """Return whether two values are one level: 1 and 1.0 are, the number 1 and the text "1" are not."""
    return _level_key(left) == _level_key(right)


def distinct_levels(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return the distinct levels, each in the form in which it occurs first."""
    levels: dict[tuple[bool, str], Any] = {}
    for value in values:
        levels.setdefault(_level_key(value), value)
    return tuple(levels.values())


def factor_values(factor: str, points: Iterable[Settings]) -> tuple[Any, ...]:
    """Return the value of the factor at each point that sets it."""
    return tuple(settings[factor] for settings in points if factor in settings)


def other_levels(control: Any, levels: Iterable[Any]) -> tuple[Any, ...]:
    """Return the distinct levels other than the control."""
    return tuple(level for level in distinct_levels(levels) if not is_same_level(level, control))


def as_swept(level: Any, levels: Iterable[Any]) -> Any:
    """Return a level in the form of the sweep: 1 for 1.0 if the sweep has 1. An unknown level is returned unchanged."""
    return next((swept for swept in levels if is_same_level(swept, level)), level)


def _level_key(value: Any) -> tuple[bool, str]:
    return isinstance(value, str), label(value)
