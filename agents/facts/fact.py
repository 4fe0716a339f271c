"""Define facts: numbers and other values that code computed, each with its source file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA_VERSION = 1
Value = float | int | str | bool | None


@dataclass(frozen=True)
class Source:
    """The file that a fact was read from, relative to the lab, and its hash at that time."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Fact:
    """A number or other value. `value` is None if it could not be measured.

    Ids are semantic and stable, without white space or braces: `arm[model.lr=0.01].accuracy.mean`. `subject` is what
    the fact is about, as `agents.facts.subject` writes it. `label` describes the value. `inputs` are the ids of the
    facts that it was computed from.
    """

    id: str
    value: Value
    unit: str  # "" for a pure number, else: share, p, s, bytes, runs, points, epochs, samples/s, percent, level, text …
    n: int
    subject: str
    label: str
    source: Source
    function: str  # `module:qualname` of the function that computed it
    inputs: tuple[str, ...] = ()
    is_post_hoc: bool = False  # not part of the registered test
    is_prediction: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "inputs": list(self.inputs)}


class DuplicateFact(ValueError):
    """Raised for two different facts with the same id."""


def fact_from_json(line: Mapping[str, Any]) -> Fact:
    fields = {key: value for key, value in line.items() if key != "schema_version"}
    return Fact(**fields | {"source": Source(**line["source"]), "inputs": tuple(line["inputs"])})


def by_id(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Index facts by id. Raises DuplicateFact."""
    index: dict[str, Fact] = {}
    for fact in facts:
        first = index.setdefault(fact.id, fact)
        if first != fact:
            raise DuplicateFact(
                f"two facts have the id '{fact.id}', with the values {first.value!r} and {fact.value!r}"
            )
    return index


def origins(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[Fact]:
    """Yield the fact and all facts that it was computed from, each once, in breadth-first order."""
    queue, seen = [fact], set()
    while queue:
        current = queue.pop(0)
        if current.id not in seen:
            seen.add(current.id)
            yield current
            queue += [facts[name] for name in current.inputs if name in facts]
