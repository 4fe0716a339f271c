"""Write texts of a spec into Markdown on one line, so that they cannot look like a part of the document."""

from __future__ import annotations

import re

from compiler.base.printable import printable_line

_SPECIAL = re.compile(r"([\\`*\[\]<>|#])")


def one_line(text: object) -> str:
    """Return a text on one line, without control characters. Nothing in it is Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", plain(text))


def plain(text: object) -> str:
    """Return a text on one line, without control characters."""
    return printable_line(" ".join(str(text).split()))
