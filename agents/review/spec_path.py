"""Values in experiment.json by dotted path; keys may have dots themselves (`sweep.model.lr`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class UnknownSpecPath(LookupError):
    """There is no single value at this path."""


def spec_value(spec: Mapping[str, Any], path: str) -> Any:
    """A number, a word or a list of such. Raises UnknownSpecPath."""
    found = list(_at(spec, path.split(".")))
    if not found:
        raise UnknownSpecPath(f"the spec has no '{path}'")
    if not _is_shown(found[0]):
        raise UnknownSpecPath(f"'{path}' of the spec is not one value: name one below it")
    return found[0]


def _at(node: Any, names: Sequence[str]) -> list[Any]:
    if not names:
        return [node]
    if isinstance(node, Sequence) and not isinstance(node, str):
        here = int(names[0]) if names[0].isdecimal() else len(node)
        return _at(node[here], names[1:]) if here < len(node) else []
    if not isinstance(node, Mapping):
        return []
    for length in range(len(names), 0, -1):
        key = ".".join(names[:length])
        if key in node:
            return _at(node[key], names[length:])
    return []


def _is_shown(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(one, str | int | float) for one in value)
    return isinstance(value, str | int | float)
