"""Write and parse the subjects of facts, and find them in fact ids.

A subject is `experiment`, or a kind and a name: `run[POINT]`, `arm[FACTOR=LEVEL]`, `cell[SETTINGS]`,
`contrast[FACTOR=LEVEL|CONTROL]`, `parent[ID]`, `baseline[NAME]`. Runs and arms of the parent follow it:
`parent[older].arm[model.lr=0.01]`. Contrasts of a test with several claims follow the claim:
`claim[2].contrast[model.lr=0.01|0.001]`. A fact id is a subject with a prefix or a name:
`performance.run[seed=1].epochs`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from agents.facts.ids import id_part, level_key

_PART = re.compile(r"(\w+)\[(.*)\]")
_UNBALANCED = re.compile(r"(?:(?P<prefix>[\w.]+)\.)?(?P<kind>\w+)\[(?P<name>.*)\](?:\.(?P<rest>.*))?")
_NESTED = frozenset({"run", "arm", "cell", "contrast"})  # kinds that may follow another subject


@dataclass(frozen=True)
class Subject:
    """`owner` is the experiment or reference that a run or arm belongs to, if it is not this experiment."""

    kind: str
    name: str | None = None
    owner: Subject | None = None

    def __str__(self) -> str:
        own_part = self.kind if self.name is None else f"{self.kind}[{self.name}]"
        return f"{self.owner}.{own_part}" if self.owner else own_part

    def of(self, owner: Subject) -> Subject:
        """Return this subject with `owner` as its owner."""
        return Subject(self.kind, self.name, owner)

    @property
    def root(self) -> Subject:
        """The outermost owner, the subject itself if it has none."""
        return self.owner.root if self.owner else self

    @property
    def settings(self) -> tuple[str, ...]:
        """The `FACTOR=LEVEL` pairs that the subject is about. Of a contrast these are the treatment and the control."""
        if self.name is None:
            return ()
        if self.kind != "contrast":
            return tuple(self.name.split(","))
        treatment, _, control = self.name.rpartition("|")
        return treatment, f"{treatment.partition('=')[0]}={control}"


EXPERIMENT = Subject("experiment")


@dataclass(frozen=True)
class FactId:
    """The parts of an id. `subject` is None in ids such as `test.alpha`, whose name is the whole id."""

    prefix: str
    subject: Subject | None
    name: str

    @property
    def kind(self) -> str:
        """The kind of the subject if the id starts with it, else an empty string."""
        return self.subject.kind if self.subject and not self.prefix and not self.subject.owner else ""


def run_subject(point: str) -> Subject:
    return Subject("run", id_part(point))


def arm_subject(levels: Mapping[str, Any]) -> Subject:
    return Subject("arm", level_key(levels))


def cell_subject(levels: Mapping[str, Any]) -> Subject:
    return Subject("cell", level_key(levels))


def contrast_subject(factor: str, level: str, control: str) -> Subject:
    """Return the subject of a contrast. `level` and `control` are the texts of levels, as returned by `label`."""
    return Subject("contrast", id_part(f"{factor}={level}|{control}"))


def claim_subject(number: int) -> Subject:
    """Return the subject of a claim of the registered test, counted from 1."""
    return Subject("claim", str(number))


def parent_subject(experiment_id: str) -> Subject:
    return Subject("parent", id_part(experiment_id))


def baseline_subject(name: str) -> Subject:
    return Subject("baseline", id_part(name))


def deliverable_subject(name: str) -> Subject:
    return Subject("deliverable", id_part(name))


def is_failure(fact_id: str) -> bool:
    """Check whether the fact is the reason why a run failed."""
    parsed = parse_fact_id(fact_id)
    return parsed.kind == "run" and parsed.name == "failure"


def parse_subject(text: str) -> Subject:
    """Parse what `str(Subject)` wrote. Other text becomes the kind of a subject without a name.

    Derived facts join their subjects with `|`. Such a text is parsed if all but one of them are the experiment.
    """
    specific = [part for part in _split(text, "|") if part != str(EXPERIMENT)]
    parsed = parse_fact_id(specific[0] if len(specific) == 1 else text)
    return parsed.subject if parsed.subject and not parsed.prefix and not parsed.name else Subject(text)


def subject_kind(text: str) -> str:
    """Return the kind of a subject of this experiment, and an empty string for one with an owner."""
    subject = parse_subject(text)
    return "" if subject.owner else subject.kind


@lru_cache(maxsize=65536)
def parse_fact_id(fact_id: str) -> FactId:
    """Split an id into prefix, subject and name.

    Names in brackets may contain brackets. If these do not balance, the name ends at the last bracket.
    """
    parts = _split(fact_id, ".")
    first = next((index for index, part in enumerate(parts) if _PART.fullmatch(part)), None)
    if first is None:
        match = _UNBALANCED.fullmatch(fact_id)
        if match is None:
            return FactId("", None, fact_id)
        return FactId(match["prefix"] or "", Subject(match["kind"], match["name"]), match["rest"] or "")
    subject, end = None, first
    for part in parts[first:]:
        match = _PART.fullmatch(part)
        if match is None or (subject is not None and match[1] not in _NESTED):
            break
        subject, end = Subject(match[1], match[2], subject), end + 1
    return FactId(".".join(parts[:first]), subject, ".".join(parts[end:]))


def _split(text: str, separator: str) -> list[str]:
    """Split at separators outside of brackets. Returns no parts if the brackets do not balance."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "[") - (character == "]")
        if depth < 0:
            return []
        if character == separator and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts if not depth else []
