"""What the reviewer objects to, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from agents.review.text.passage import Mark

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Objection:
    """`line` and `column` count from 1 within the text at `slot`, the path of a document's text or a file name."""

    slot: str
    line: int
    column: int
    span: str
    rule: str  # digit, number_word, comparative, unknown_fact, swapped_subject, unknown_citation …
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def located(slot: str, text: str, mark: Mark) -> Objection:
    """With line and column counted from 1."""
    line_start = text.rfind("\n", 0, mark.start) + 1
    line = text.count("\n", 0, mark.start) + 1
    return Objection(slot, line, mark.start - line_start + 1, text[mark.start : mark.end], mark.rule, mark.reason)


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
