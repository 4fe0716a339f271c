"""Extract JSON objects from the text of a model. Invalid JSON is not repaired."""

from __future__ import annotations

import json
import re
from typing import Any

_END_OF_REASONING = re.compile(r"</think(?:ing)?>")
_CODE_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)
_START = re.compile(r'\{(?=\s*")')  # a quoted key must follow, which excludes braces in prose and templates


class _NonstandardJson(ValueError):
    """Raised for JSON that Python accepts although the standard does not allow it."""


def extract_objects(text: str) -> list[str]:
    """Return the distinct JSON objects of a text: the complete text, else those in code fences, else those in prose.

    Reasoning that the model writes before its answer is ignored.
    """
    answer = _END_OF_REASONING.split(text)[-1].strip()
    if _is_object(answer):
        return [answer]
    fenced = [content for content in map(str.strip, _CODE_FENCE.findall(answer)) if _is_object(content)]
    return list(dict.fromkeys(fenced or _embedded_objects(answer)))


def describe_problem(text: str) -> str:
    """Return why a text contains no JSON object, with the position of the error, for the model."""
    start = _START.search(text)
    if start is not None:
        try:
            _decoder().raw_decode(text, start.start())
        except json.JSONDecodeError as error:
            return f"invalid JSON: {error.msg} (line {error.lineno}, column {error.colno} of the answer)"
        except (ValueError, RecursionError) as error:
            return f"invalid JSON: {error}"
    return "the answer contains no JSON object"


def _is_object(text: str) -> bool:
    return text.startswith("{") and _end(text, 0) == len(text)


def _embedded_objects(text: str) -> list[str]:
    """Return the outermost objects, or none if one is invalid, because an object inside it is not the answer."""
    objects = []
    start = _START.search(text)
    while start is not None:
        end = _end(text, start.start())
        if end is None:
            return []
        objects.append(text[start.start() : end])
        start = _START.search(text, end)
    return objects


def _end(text: str, start: int) -> int | None:
    """Return the end of the JSON value that begins at `start`."""
    try:
        return _decoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_reject_constant, object_pairs_hook=_object_without_duplicates)


def _reject_constant(name: str) -> Any:
    raise _NonstandardJson(f"{name} is not a number")


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise _NonstandardJson("an object has a duplicate key")
    return members
