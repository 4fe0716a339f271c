"""What the analyses come to when they are laid beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.documents.document import Block, Bullets, Paragraph


def contradictions(integration: Mapping[str, Any] | None) -> Iterator[Block]:
    """Where analysts contradict each other, if they were integrated. What they agree on stands in its own place."""
    items = tuple(one["text"] for one in (integration or {}).get("disagreements") or ())
    if items:
        yield Paragraph(text="The analyses contradict each other:", is_required=True)
        yield Bullets(items=items, is_required=True)
