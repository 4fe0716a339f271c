"""What the reviewer objects to, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


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
