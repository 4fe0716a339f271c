"""Make text from files, logs and errors safe to print on a terminal."""

from __future__ import annotations

import re

# Control characters except tab and newline, and characters that change the direction of the text.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """Return the text with control characters written as escapes, such as `\\x1b`. Newlines and tabs are kept."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def printable_line(text: str) -> str:
    """Return the text in one line: newlines and tabs become blanks, other control characters escapes."""
    return printable(re.sub(r"[\n\t\r]+", " ", text))
