"""Define the review checklist of a publication: its items, what code has checked, and which answers are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json

CHECKLIST = "checklist.json"
# Answers that do not say anything, or deny what the item asks. An item with such an answer stays open.
_NO_ANSWERS = frozenset({"", "no", "n", "none", "false", "?", "-", "todo", "tbd", "n/a", "unknown"})


@dataclass(frozen=True)
class Tick:
    """A statement that code has checked. `evidence` is the file of the package that shows it."""

    statement: str
    holds: bool
    evidence: str


@dataclass(frozen=True)
class Item:
    """A question of the checklist.

    Attributes:
        needs_person: whether only a person can answer it, also if all ticks hold.
    """

    id: str
    question: str
    ticks: tuple[Tick, ...]
    needs_person: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the approval must answer the item."""
        return self.needs_person or not all(tick.holds for tick in self.ticks)

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "is_open": self.is_open}


def checklist_json(items: Sequence[Item]) -> dict[str, Any]:
    return {"schema_version": 1, "items": [item.to_json() for item in items]}


def read_checklist(package: Path) -> tuple[Item, ...]:
    """Return the items of a prepared package. Raises FileNotFoundError, or ValueError if the file is damaged."""
    try:
        items = read_json(package / CHECKLIST)["items"]
        return tuple(
            Item(item["id"], item["question"], tuple(Tick(**tick) for tick in item["ticks"]), item["needs_person"])
            for item in items
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"{package / CHECKLIST}: is not a checklist ({error})") from error


def required_answers(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the open items, which an approval must answer."""
    return tuple(item for item in items if item.is_open)


def answer_problems(items: Sequence[Item], answers: Mapping[str, str]) -> Iterator[str]:
    """Yield why the answers are not complete: an open item without an answer, or an answer to no item."""
    for item in required_answers(items):
        answer = answers.get(item.id, "")
        says_nothing = not any(char.isalnum() for char in answer)  # such as dots, or characters without width
        if says_nothing or answer.strip().casefold().rstrip(".!") in _NO_ANSWERS:
            stated = f"the answer {answer!r} does not settle it" if answer.strip() else "not answered"
            yield f"{item.id}: {stated} ({item.question})"
    known = {item.id for item in items}
    yield from (
        f"{name}: the checklist has no such item ({', '.join(sorted(known))})" for name in answers if name not in known
    )


def checklist_markdown(items: Sequence[Item]) -> str:
    """Return the checklist for a reader."""
    lines = ["# Review checklist", "", "Code has checked the statements. A person must answer the open items.", ""]
    for item in items:
        lines += [f"## {item.id}{' (open)' if item.is_open else ''}", "", item.question, ""]
        lines += [f"- [{'x' if tick.holds else ' '}] {tick.statement} (`{tick.evidence}`)" for tick in item.ticks]
        lines += [""] if item.ticks else []
    return "\n".join(lines)
