"""Format the cells of tables."""

from __future__ import annotations

from collections.abc import Container

NONE = "–"  # the cell of a value that does not exist


def fact_cell(fact_ids: Container[str], name: str) -> str:
    """Return the placeholder of a fact, or a dash if there is no such fact."""
    return f"{{{{f:{name}}}}}" if name in fact_ids else NONE
