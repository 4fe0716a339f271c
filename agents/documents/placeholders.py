"""Placeholders in prose: `{{f:FACT}}`, `{{v:VERDICT}}`, `{{cite:KEY}}`, `{{spec:PATH}}`, `{{ref:EXHIBIT}}`.

The renderer puts the values in, so a text holds no number that code did not compute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{\{\s*([a-z]+)\s*:\s*([^{}\s](?:[^{}]*[^{}\s])?)\s*\}\}")


@dataclass(frozen=True)
class Placeholder:
    """One of them in a text, from `start` up to `end`. `kind` may be one that does not exist."""

    kind: str
    name: str
    start: int
    end: int


def placeholders(text: str) -> Iterator[Placeholder]:
    for match in PLACEHOLDER.finditer(text):
        yield Placeholder(match[1], match[2], match.start(), match.end())


def filled(text: str, value: Callable[[Placeholder], str]) -> str:
    """The text with each placeholder replaced."""
    return PLACEHOLDER.sub(lambda match: value(Placeholder(match[1], match[2], match.start(), match.end())), text)
