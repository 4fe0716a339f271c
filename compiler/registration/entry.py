"""Define the entries of the registration chain, and the line of each entry in `results/registrations.jsonl`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import parse_json

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class GitCommit:
    """The checked-out commit at a registration, and whether it contains the spec as it was compiled."""

    commit: str
    spec_committed: bool

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> GitCommit:
        return cls(data["commit"], data["spec_committed"])

    def to_json(self) -> dict[str, Any]:
        return {"commit": self.commit, "spec_committed": self.spec_committed}


@dataclass(frozen=True, slots=True)
class RegistrationEntry:
    """A claim that was fixed before its runs.

    `claim` is the digest of the hypothesis, the test and its runs. `known_runs` are the runs whose results could be
    known at the registration, among those that this and earlier registrations of the experiment plan. `chosen_seeds`
    is the choice of fresh seeds, None if the spec does not ask for them.
    """

    number: int
    experiment_id: str
    recorded_at: str
    previous: str  # sha256 of the line before, "" for the first
    claim: str
    claims: tuple[str, ...]  # the claims as sentences
    design: Mapping[str, Any]
    planned_runs: frozenset[str]
    known_runs: frozenset[str]
    git: GitCommit | None
    spec: str  # the file of the spec
    parent: str | None
    planned_seeds: tuple[int, ...]
    chosen_seeds: Mapping[str, Any] | None
    sha256: str

    @property
    def is_search(self) -> bool:
        """Whether the experiment is a search, whose runs are suggested later and are not in `planned_runs`."""
        return self.design.get("search") is not None

    def plans(self, run_id: str) -> bool:
        """Return whether a run of the experiment belongs to this registration. A search may suggest any run."""
        return self.is_search or run_id in self.planned_runs


@dataclass(frozen=True, slots=True)
class LookEntry:
    """An evaluation of a registered test.

    `evidence` is a digest over the values of all evaluated runs, and `runs` has the sha256 of each status file.
    """

    number: int
    experiment_id: str
    recorded_at: str
    previous: str
    claim: str
    evidence: str
    runs: Mapping[str, str]
    verdict: str
    number_of_look: int  # among the looks of this experiment, from 1
    sha256: str


Entry = RegistrationEntry | LookEntry


def encode(content: Mapping[str, Any]) -> bytes:
    """Return the canonical line of an entry, without its line end. Raises ValueError for numbers such as NaN."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")


def decode(line: bytes) -> Entry:
    """Return the entry in a line. Raises ValueError if the line is not exactly what `encode` writes for it."""
    try:
        content = parse_json(line.decode("utf-8"))
        is_canonical = isinstance(content, dict) and encode(content) == line
    except ValueError as error:  # also invalid UTF-8, and numbers such as NaN
        raise ValueError(f"is not JSON: {str(error).splitlines()[0]}") from error
    if not is_canonical:
        raise ValueError("is not canonical JSON, so it was edited")
    sha256 = hashlib.sha256(line).hexdigest()
    try:
        return _ENTRY_TYPES[content["kind"]](content, sha256)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"is not an entry: {error!r}") from error


def _registration(content: Mapping[str, Any], sha256: str) -> RegistrationEntry:
    git = content["git"]
    return RegistrationEntry(
        **_common(content),
        claims=tuple(content["claims"]),
        design=content["design"],
        planned_runs=frozenset(content["planned_runs"]),
        known_runs=frozenset(content["known_runs"]),
        git=GitCommit.from_json(git) if git else None,
        spec=content["spec"],
        parent=content["parent"],
        planned_seeds=tuple(content["planned_seeds"]),
        chosen_seeds=content["chosen_seeds"],
        sha256=sha256,
    )


def _look(content: Mapping[str, Any], sha256: str) -> LookEntry:
    return LookEntry(
        **_common(content),
        evidence=content["evidence"],
        runs=dict(content["runs"]),
        verdict=content["verdict"],
        number_of_look=content["number_of_look"],
        sha256=sha256,
    )


def _common(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: content[name] for name in ("number", "experiment_id", "recorded_at", "previous", "claim")}


_ENTRY_TYPES: Mapping[str, Callable[[Mapping[str, Any], str], Entry]] = {"registration": _registration, "look": _look}
