"""Look up a value of a spec by its dotted path, and format it for a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.facts.ids import label

_ABSENT = object()


class UnknownSpecPath(LookupError):
    """The spec has no single value at this path."""


def spec_value(spec: Any, path: str) -> Any:
    """Return a number, a text, None, or a list of these.

    Keys may contain dots, as in `sweep.model.lr`: the longest matching key is used. List items are numbered from 0, as
    in `points.0.name`.

    Raises:
        UnknownSpecPath: The path does not exist, or leads to more than one value.
    """
    value = _look_up(spec, path)
    if value is _ABSENT:
        raise UnknownSpecPath(f"the spec has no '{path}'")
    if isinstance(value, Mapping) or (_is_list(value) and any(isinstance(item, Mapping | list) for item in value)):
        raise UnknownSpecPath(f"'{path}' of the spec is not a single value: use a path below it")
    return value


def spec_text(value: Any) -> str:
    """Format a value: lists with commas, numbers like levels."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_list(value):
        return ", ".join(map(spec_text, value))
    return " ".join(label(value).split())


def _look_up(node: Any, path: str) -> Any:
    value = _child(node, path)
    if value is not _ABSENT:
        return value
    for end in reversed([index for index, character in enumerate(path) if character == "."]):
        child = _child(node, path[:end])
        if child is not _ABSENT:
            return _look_up(child, path[end + 1 :])
    return _ABSENT


def _child(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key, _ABSENT)
    if _is_list(node) and key.isdecimal() and int(key) < len(node):
        return node[int(key)]
    return _ABSENT


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
