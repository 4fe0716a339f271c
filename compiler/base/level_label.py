"""Write a level of a factor as text. Two numbers are one level if their texts are equal."""

from __future__ import annotations

from typing import Any

import rfc8785


def label(level: Any) -> str:
    """Return a level as text. Values other than strings become canonical JSON (RFC 8785), so 0.10 and 1e-1 give 0.1.

    Values that JSON cannot represent, such as integers above 2**53, are written as in Python.
    """
    if isinstance(level, str):
        return level
    try:
        return rfc8785.dumps(level).decode()
    except rfc8785.CanonicalizationError:
        return repr(level)
