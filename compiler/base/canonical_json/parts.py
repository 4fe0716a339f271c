"""Write canonical JSON of many similar configs: the text of an equal part is written once.

The runs of a sweep differ in a few values, so nearly all of their groups are equal.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from typing import Any

Write = Callable[[Any], bytes]  # the canonical JSON of any value
_FORMAT = 2  # of marshal: equal bytes mean equal values, types and orders. Later formats add references.
_MOST_PARTS = 20_000


class CanonicalParts:
    """Writes mappings whose values repeat. The result is that of `write`, the function for a single value."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._parts: dict[bytes, bytes] = {}

    def of_mapping(self, mapping: Mapping[str, Any]) -> bytes:
        """Return the canonical JSON of a mapping."""
        if not all(type(key) is str and key.isascii() and not key.startswith("$") for key in mapping):
            return self._write(mapping)  # the order or the text of such a key is special
        items = (self._part(key) + b":" + self._part(mapping[key]) for key in sorted(mapping))
        return b"{" + b",".join(items) + b"}"

    def _part(self, value: Any) -> bytes:
        try:
            key = marshal.dumps(value, _FORMAT)
        except ValueError:  # it contains a class of its own
            return self._write(value)
        text = self._parts.get(key)
        if text is None:
            text = self._write(value)
            if len(self._parts) < _MOST_PARTS:
                self._parts[key] = text
        return text
