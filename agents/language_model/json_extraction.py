"""JSON in what a model wrote around it. Nothing is repaired: what is no JSON is no answer."""

from __future__ import annotations

import json
import re
from typing import Any

_THOUGHT_ENDS = re.compile(r"</think(?:ing)?>")
_FENCE = re.compile(r"```[\w-]*[ \t]*\n(.*?)```", re.DOTALL)
_START = re.compile(r'\{(?=\s*")')  # braces of prose and of templates hold no quoted key


class _NotPlain(ValueError):
    """JSON that Python reads and the standard does not."""


def objects_in(text: str) -> list[str]:
    """The JSON objects of a text, each once: the whole text, else what code fences hold, else those in prose.

    What a model thought aloud before it answered is left out.
    """
    spoken = _THOUGHT_ENDS.split(text)[-1].strip()
    whole = _object(spoken)
    if whole is not None:
        return [whole]
    fenced = [found for each in _FENCE.findall(spoken) if (found := _object(each.strip())) is not None]
    return list(dict.fromkeys(fenced or _embedded(spoken)))


def problem_of(text: str) -> str:
    """Why a text that seems to be JSON is none, with a place; for the one who wrote it."""
    start = _START.search(text)
    if start is None:
        return "the answer holds no JSON object"
    try:
        _decoder().raw_decode(text, start.start())
    except json.JSONDecodeError as error:
        return f"no JSON: {error.msg} (line {error.lineno}, column {error.colno} of the answer)"
    except (_NotPlain, ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return "the answer holds no JSON object"


def _object(text: str) -> str | None:
    return text if text.startswith("{") and _end(text, 0) == len(text) else None


def _embedded(text: str) -> list[str]:
    """Outermost objects. None where one of them is broken: what can be read inside it is not what was meant."""
    found = []
    start = _START.search(text)
    while start is not None:
        end = _end(text, start.start())
        if end is None:
            return []
        found.append(text[start.start() : end])
        start = _START.search(text, end)
    return found


def _end(text: str, start: int) -> int | None:
    """Where the JSON that starts there ends."""
    try:
        return _decoder().raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return None


def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refused, object_pairs_hook=_without_repeats)


def _refused(name: str) -> Any:
    raise _NotPlain(f"{name} is not a number")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _NotPlain("a key stands twice in one object")
    return found
