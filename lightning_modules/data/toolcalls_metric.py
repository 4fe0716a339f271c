"""Write, parse and compare tool calls."""

from __future__ import annotations

import json
from typing import Any


def call_text(call: dict[str, Any]) -> str:
    """Return the call as compact JSON, the text that a model learns. Fewer tokens give fewer chances of an error."""
    return json.dumps(call, separators=(",", ":"))


def parse_call(text: str) -> dict[str, Any] | None:
    """Parse a JSON object. Return None for anything else, including an object with text before or after it."""
    try:
        call = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) else None


def is_same_call(generated: str, reference: str) -> bool:
    """Return whether both texts are the same JSON object. The order of keys and white space do not matter.

    The comparison uses sorted JSON, because 1, 1.0 and True are equal in Python but are different arguments.
    """
    call, expected = parse_call(generated), parse_call(reference)
    return call is not None and json.dumps(call, sort_keys=True) == json.dumps(expected, sort_keys=True)
