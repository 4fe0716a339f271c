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

    `read_data_block` returns the same data, whatever logs, configs and abstracts contain: delimiters, lone surrogates.
    """
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return f"{OPENING}\n{line.encode('utf-8', 'backslashreplace').decode()}\n{CLOSING}"


def read_data_block(text: str) -> Any:
    """Return the data of the first block in a message.

    Raises:
        ValueError: There is no block.
    """
    _, opening, rest = text.partition(f"{OPENING}\n")
    line, closing, _ = rest.partition(f"\n{CLOSING}")
    if not (opening and closing):
        raise ValueError(f"no data between '{OPENING}' and '{CLOSING}'")
    return json.loads(line)
