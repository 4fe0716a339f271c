"""The value at a dotted path of a spec, and how a text shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.facts.ids import label

_ABSENT = object()


class UnknownSpecPath(LookupError):
    """There is no single value at this path."""


def spec_value(spec: Any, path: str) -> Any:
    """A number, a word, nothing, or a list of such.

    Keys may hold dots themselves, as in `sweep.model.lr`: the longest that fits is taken. Items of lists are counted
    from 0, as in `points.0.name`.

    Raises:
        UnknownSpecPath: nothing lies there, or more than one value.
    """
    found = _at(spec, path)
    if found is _ABSENT:
        raise UnknownSpecPath(f"the spec has no '{path}'")
    if isinstance(found, Mapping) or (_is_list(found) and any(isinstance(one, Mapping | list) for one in found)):
        raise UnknownSpecPath(f"'{path}' of the spec is not one value: name one below it")
    return found


def spec_text(value: Any) -> str:
    """Lists with commas, numbers as in levels."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_list(value):
        return ", ".join(spec_text(one) for one in value)
    return " ".join(label(value).split())


def _at(node: Any, path: str) -> Any:
    if (whole := _child(node, path)) is not _ABSENT:
        return whole
    for end in reversed([at for at, char in enumerate(path) if char == "."]):
        if (child := _child(node, path[:end])) is not _ABSENT:
            return _at(child, path[end + 1 :])
    return _ABSENT


def _child(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key, _ABSENT)
    if _is_list(node) and key.isdecimal() and int(key) < len(node):
        return node[int(key)]
    return _ABSENT


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
