"""Enclose data in a message: one line of JSON between two delimiters that the data cannot contain."""

from __future__ import annotations

import json
from typing import Any

OPENING = "<<<DATA"
CLOSING = "DATA>>>"
# Escaped inside JSON strings, so that the data contain no angle bracket and no line end of any kind.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>\x7f\x85\u2028\u2029"}


def enclose(data: Any) -> str:
    """Return one line of JSON between the delimiters, each on its own line.

    Logs, configs and abstracts may contain anything, also delimiters and lone surrogates.
    """
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return f"{OPENING}\n{line.encode('utf-8', 'backslashreplace').decode()}\n{CLOSING}"
