"""Objections as a person and as a program read them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.review.objection import Objection

if TYPE_CHECKING:
    from rich.table import Table


def objections_table(objections: Sequence[Objection]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "what", "rule", "why", box=None, pad_edge=False)
    for one in objections:
        where = f"{one.slot}:{one.line}:{one.column}"
        table.add_row(*map(Text, (where, " ".join(one.span.split()), one.rule, one.reason)))
    return table


def objections_json(objections: Sequence[Objection]) -> list[dict[str, Any]]:
    """`slot`, `line`, `column`, `span`, `rule`, `reason` of each."""
    return [one.to_json() for one in objections]
