"""Find and replace placeholders: `{{f:FACT}}`, `{{v:VERDICT}}`, `{{cite:KEY}}`, `{{spec:PATH}}`, `{{ref:EXHIBIT}}`.

The renderer replaces them by values, so every number in a text is computed by code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{\{\s*([a-z]+)\s*:\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")


@dataclass(frozen=True)
class Placeholder:
    """A placeholder at the positions `start` to `end` of a text. `kind` may be unknown."""

    kind: str
    name: str
    start: int
    end: int


def placeholders(text: str) -> Iterator[Placeholder]:
    return map(_placeholder, PLACEHOLDER.finditer(text))


def fill_placeholders(text: str, value: Callable[[Placeholder], str]) -> str:
    """Return the text with each placeholder replaced by its value."""
    return PLACEHOLDER.sub(lambda match: value(_placeholder(match)), text)


def _placeholder(match: re.Match[str]) -> Placeholder:
    return Placeholder(match[1], match[2], match.start(), match.end())
