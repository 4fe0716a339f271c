"""The value at a dotted path of a spec, and how a text shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.comparison import label

_ABSENT = object()


def spec_value(spec: Any, path: str) -> Any:
    """Keys may hold dots themselves, as in `sweep.model.lr`: the longest that fits is taken. Items of lists are
    counted from 0, as in `points.0.name`.

    Raises:
        KeyError: nothing lies there.
    """
    if (whole := _child(spec, path)) is not _ABSENT:
        return whole
    for end in reversed([at for at, char in enumerate(path) if char == "."]):
        child = _child(spec, path[:end])
        if child is not _ABSENT:
            return spec_value(child, path[end + 1 :])
    raise KeyError(path)


def spec_text(value: Any) -> str:
    """Lists with commas, numbers as in levels."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if _is_list(value):
        return ", ".join(spec_text(one) for one in value)
    return " ".join(label(value).split())


def _child(node: Any, key: str) -> Any:
    if isinstance(node, Mapping):
        return node.get(key, _ABSENT)
    if _is_list(node) and key.isdecimal() and int(key) < len(node):
        return node[int(key)]
    return _ABSENT


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
