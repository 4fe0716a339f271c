"""Define the objections of the review: a rule, the text that violates it, and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True)
class Mark:
    """An objection of a rule to the characters from `start` up to `end` of a passage.

    `span` is reported in place of these characters, for example when the objection is to something missing.
    """

    start: int
    end: int
    rule: str
    reason: str
    span: str | None = None


@dataclass(frozen=True)
class Objection:
    """An objection to a part of a text. `slot` is the path of the text in its document, or a file name.

    `line` and `column` count from 1 within this text.
    """

    slot: str
    line: int
    column: int
    span: str
    rule: str  # digit, number_word, comparative, unknown_fact, swapped_subject, unknown_citation …
    reason: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def located(slot: str, text: str, mark: Mark) -> Objection:
    """Return the objection for a mark, with line and column counted from 1."""
    line_start = text.rfind("\n", 0, mark.start) + 1
    line = text.count("\n", 0, mark.start) + 1
    span = text[mark.start : mark.end] if mark.span is None else mark.span
    return Objection(slot, line, mark.start - line_start + 1, span, mark.rule, mark.reason)


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: (mark.start, mark.end))


def objections_table(objections: Sequence[Objection]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "what", "rule", "why", box=None, pad_edge=False)
    for objection in objections:
        position = f"{objection.slot}:{objection.line}:{objection.column}"
        table.add_row(*map(Text, (position, " ".join(objection.span.split()), objection.rule, objection.reason)))
    return table


def objections_json(objections: Sequence[Objection]) -> list[dict[str, Any]]:
    """Return `slot`, `line`, `column`, `span`, `rule` and `reason` of each objection."""
    return [objection.to_json() for objection in objections]
