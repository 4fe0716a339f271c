"""What the analyses come to when they are laid beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.documents.document import Block, Bullets, Paragraph


def together(integration: Mapping[str, Any] | None) -> Iterator[Block]:
    """What the analysts agree on and where they contradict each other, where their analyses were integrated."""
    for key, told in (
        ("agreed", "The analyses agree on this:"),
        ("disagreements", "The analyses contradict each other:"),
    ):
        items = tuple(integrated_texts(integration, key))
        if items:
            is_required = key == "disagreements"
            yield Paragraph(text=told, is_required=is_required)
            yield Bullets(items=items, is_required=is_required)


def integrated_texts(integration: Mapping[str, Any] | None, key: str) -> Iterator[str]:
    """The texts of findings, and what could not be estimated with its reason."""
    for one in (integration or {}).get(key) or ():
        yield one["text"] if "text" in one else f"{one['what'].rstrip('.')}: {one['why']}"
