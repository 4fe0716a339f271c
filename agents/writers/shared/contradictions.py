"""List the contradictions between analyses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.documents.document import Block, Bullets, Paragraph


def contradictions(integration: Mapping[str, Any] | None) -> Iterator[Block]:
    """Yield the disagreements that the integration of the analyses lists, nothing if there are none."""
    items = tuple(finding["text"] for finding in (integration or {}).get("disagreements") or ())
    if items:
        yield Paragraph(text="The analyses contradict each other:", is_required=True)
        yield Bullets(items=items, is_required=True)
