"""Allow line breaks inside long words: paths, run names and hashes have no spaces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.rendering.pandoc import Tree

_LONG_WORD = 16  # characters
_BREAK = re.compile(r"(?<=[/.,=_|:\[\]])(?=\w)")


def add_line_breaks(tree: Tree) -> Tree:
    """Return the tree with line breaks in the long words of its body."""
    return {**tree, "blocks": _with_breaks(tree["blocks"])}


def _with_breaks(part: Any) -> Any:
    """Return a part of a tree: an element, a list, or a value that is not text of the document."""
    if isinstance(part, list):
        return list(map(_with_breaks, part))
    if not isinstance(part, Mapping) or "c" not in part:
        return part
    kind, content = part["t"], part["c"]
    if kind == "Str":
        return {"t": kind, "c": _BREAK.sub("\u200b", content)} if len(content) > _LONG_WORD else part
    if kind == "Code":
        attributes, text = content
        return {"t": kind, "c": [attributes, _BREAK.sub("\u200b", text)]} if len(text) > _LONG_WORD else part
    return {"t": kind, "c": _with_breaks(content)}
