"""A fact: one number or datum computed by code, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA_VERSION = 1
Value = float | int | str | bool | None


@dataclass(frozen=True)
class Source:
    """The file a fact was read from, relative to the lab, and its hash at that time."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Fact:
    """`value` is None where nothing could be measured, which is a fact too.

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
    function: str  # module:function that produced it
    inputs: tuple[str, ...] = ()
    is_post_hoc: bool = False  # not what the registered test asked
    is_prediction: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "inputs": list(self.inputs)}


def fact_from_json(line: Mapping[str, Any]) -> Fact:
    given = {key: value for key, value in line.items() if key != "schema_version"}
    return Fact(**given | {"source": Source(**line["source"]), "inputs": tuple(line["inputs"])})


@dataclass(frozen=True)
class Verdict:
    """What code concluded of one comparison; the only place where a text may compare.

    `words` is a clause that fits into a sentence ("accuracy is higher with model.lr = 0.01 than with 0.001"),
    `sentence` the whole of it with its numbers. `subjects` are those of the facts it rests on. Only the registered
    test decides on the hypothesis; any other verdict is post hoc and its words say so.
    """

    id: str
    conclusion: str  # supported, refuted, inconclusive, untestable; of baselines also: regressed, held, not judged
    words: str
    sentence: str
    subjects: tuple[str, ...]
    facts: tuple[str, ...]
    is_post_hoc: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)} | {
            "subjects": list(self.subjects),
            "facts": list(self.facts),
        }


def verdict_from_json(line: Mapping[str, Any]) -> Verdict:
    given = {key: value for key, value in line.items() if key != "schema_version"}
    return Verdict(**given | {"subjects": tuple(line["subjects"]), "facts": tuple(line["facts"])})


@dataclass(frozen=True)
class Series:
    """The course of one metric over a run: `values[i]` was logged at the end of epoch `epochs[i]`."""

    subject: str  # run[POINT]
    metric: str
    epochs: tuple[int, ...]
    values: tuple[float, ...]  # may hold NaN and infinities: a diverged run is evidence
    source: Source

    def to_json(self) -> dict[str, Any]:
        finite = [value if abs(value) < float("inf") else str(value) for value in self.values]
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "epochs": list(self.epochs), "values": finite}


def series_from_json(line: Mapping[str, Any]) -> Series:
    values, epochs = tuple(map(float, line["values"])), tuple(line["epochs"])
    return Series(line["subject"], line["metric"], epochs, values, Source(**line["source"]))


class DuplicateFact(ValueError):
    """Two facts of one id that do not say the same."""


def by_id(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Raises DuplicateFact."""
    found: dict[str, Fact] = {}
    for one in facts:
        if found.setdefault(one.id, one) != one:
            raise DuplicateFact(f"two facts are called '{one.id}': {found[one.id].value!r} and {one.value!r}")
    return found


def origins(fact: Fact, facts: Mapping[str, Fact]) -> Iterator[Fact]:
    """The fact and all that it was computed from, nearest first, each once."""
    waiting, seen = [fact], set()
    while waiting:
        one = waiting.pop(0)
        if one.id not in seen:
            seen.add(one.id)
            yield one
            waiting += [facts[name] for name in one.inputs if name in facts]
