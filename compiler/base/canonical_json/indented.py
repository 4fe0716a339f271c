"""Write the JSON of files: the text of `json.dumps` with indents and sorted keys, in less time.

The encoder of Python's standard library is written in Python where it indents. It yields every bracket as a text of its
own, and the configs of ten thousand runs are written one after another.
"""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

_INDENT = "  "


def indented_json(value: Any) -> str:
    """Return the JSON of a value. Raises ValueError for numbers that are not finite."""
    try:
        return _text(value, "\n")
    except (_Unusual, RecursionError):
        return json.dumps(value, indent=len(_INDENT), sort_keys=True, allow_nan=False, ensure_ascii=False)


class _Unusual(Exception):
    """A value or key of a type that is rare in files, which the standard library writes or refuses."""


def _text(value: Any, line: str) -> str:
    """Return the JSON of a value. `line` is the line break with the indent of the line that the value begins in."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict:
        return _object(value, line)
    if kind is list or kind is tuple:
        if not value:
            return "[]"
        inner = line + _INDENT
        return f"[{inner}{f',{inner}'.join([_text(item, inner) for item in value])}{line}]"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if kind is float and value - value == 0:  # neither infinite nor NaN
        return repr(value)
    raise _Unusual


def _object(value: dict[Any, Any], line: str) -> str:
    if not value:
        return "{}"
    if not all(type(key) is str for key in value):
        raise _Unusual
    inner = line + _INDENT
    items = [f"{encode_basestring(key)}: {_text(value[key], inner)}" for key in sorted(value)]
    return f"{{{inner}{f',{inner}'.join(items)}{line}}}"
