"""Data inside a message: JSON between two lines that no data can spell, so that nothing in them reads as ours."""

from __future__ import annotations

import json
from typing import Any

OPENING = "<<<DATA"
CLOSING = "DATA>>>"
# Inside a JSON string an escape says the same: no angle bracket, no line end of any kind is left in the data.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>\x7f\x85\u2028\u2029"}


def enclosed(data: Any) -> str:
    """One line of JSON between the delimiters, each on a line of its own.

    Logs, config strings and abstracts may hold anything, also these delimiters or half a character; `read_enclosed`
    gives the same data back.
    """
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return f"{OPENING}\n{line.encode('utf-8', 'backslashreplace').decode()}\n{CLOSING}"


def read_enclosed(text: str) -> Any:
    """The data of the first enclosure in a message.

    Raises:
        ValueError: there is none.
    """
    _, opening, rest = text.partition(f"{OPENING}\n")
    line, closing, _ = rest.partition(f"\n{CLOSING}")
    if not (opening and closing):
        raise ValueError(f"no data between '{OPENING}' and '{CLOSING}'")
    return json.loads(line)
