"""When a generated text counts as the right tool call."""

from __future__ import annotations

import json
from typing import Any


def call_text(call: dict[str, Any]) -> str:
    """The call as a model learns to write it: compact, because every token saved is one it cannot get wrong."""
    return json.dumps(call, separators=(",", ":"))


def parsed_call(text: str) -> dict[str, Any] | None:
    """The JSON object that `text` is, or None. Text after or around the object makes it no call at all."""
    try:
        call = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return call if isinstance(call, dict) else None


def is_same_call(generated: str, reference: str) -> bool:
    """Whether both texts are the same JSON object, the order of keys and white space aside.

    Compared as sorted JSON, not as Python dicts, for which 1, 1.0 and true would be equal arguments.
    """
    call, expected = parsed_call(generated), parsed_call(reference)
    return call is not None and json.dumps(call, sort_keys=True) == json.dumps(expected, sort_keys=True)
