"""Describe the registrations of one experiment: the first design, every later change, and the looks at its runs.

The description is derived from the chain and written to `registration.json` for readers. Nothing is decided by that
file, so deleting or editing it changes no verdict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from compiler.base.identity import canonical
from compiler.base.json_files import write_json
from compiler.base.nested import flat
from compiler.base.paths import Lab
from compiler.registration.chain import Chain
from compiler.registration.entry import LookEntry, RegistrationEntry

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Change:
    """A value of the design that was changed; None if its key did not exist before or does not exist after."""

    path: str
    before: Any
    after: Any

    def to_json(self) -> dict[str, Any]:
        return {"path": self.path, "from": self.before, "to": self.after}


@dataclass(frozen=True, slots=True)
class Revision:
    """A later registration, and how many runs could be known by then. The file calls the design `promise`."""

    revised_at: str
    finished_runs: int
    changes: tuple[Change, ...]
    design: Mapping[str, Any]

    @property
    def is_post_hoc(self) -> bool:
        return self.finished_runs > 0

    def to_json(self) -> dict[str, Any]:
        return {
            "revised_at": self.revised_at,
            "finished_runs": self.finished_runs,
            "post_hoc": self.is_post_hoc,
            "changes": [change.to_json() for change in self.changes],
            "promise": dict(self.design),
        }


@dataclass(frozen=True, slots=True)
class Registration:
    """The design as it was first registered, its revisions, and the looks. Times are in ISO format with a zone."""

    experiment_id: str
    registered_at: str
    finished_runs: int
    design: Mapping[str, Any]
    revisions: tuple[Revision, ...] = ()
    looks: tuple[LookEntry, ...] = ()
    latest: RegistrationEntry | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "experiment_id": self.experiment_id,
            "registered_at": self.registered_at,
            "finished_runs": self.finished_runs,
            **self.design,
            "revisions": [revision.to_json() for revision in self.revisions],
            "looks": [_look(look) for look in self.looks],
        } | (_latest(self.latest) if self.latest else {})


def registration_of(chain: Chain, experiment_id: str) -> Registration | None:
    """Return the registrations of an experiment, None if it has none."""
    entries = chain.registrations_of(experiment_id)
    if not entries:
        return None
    first = entries[0]
    return Registration(
        experiment_id,
        first.recorded_at,
        len(first.known_runs),
        first.design,
        tuple(_revisions(entries)),
        chain.looks_of(experiment_id),
        entries[-1],
    )


def write_registration(lab: Lab, chain: Chain, experiment_id: str) -> None:
    """Write `registration.json` of an experiment, if the experiment is registered."""
    registration = registration_of(chain, experiment_id)
    if registration is not None:
        write_json(lab.registration(experiment_id), registration.to_json())


def _revisions(entries: Sequence[RegistrationEntry]) -> Iterator[Revision]:
    for before, after in pairwise(entries):
        changes = tuple(_changes(before.design, after.design))
        yield Revision(after.recorded_at, len(after.known_runs), changes, after.design)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = flat(before), flat(after)
    for key in sorted({*old, *new}):
        if canonical(old.get(key)) != canonical(new.get(key)):
            yield Change(key, old.get(key), new.get(key))


def _latest(entry: RegistrationEntry) -> dict[str, Any]:
    return {
        "entry": entry.number,
        "sha256": entry.sha256,
        "claims": list(entry.claims),
        "known_runs": sorted(entry.known_runs),
        "git": entry.git.to_json() if entry.git else None,
        "spec": entry.spec,
    }


def _look(look: LookEntry) -> dict[str, Any]:
    return {
        "number_of_look": look.number_of_look,
        "recorded_at": look.recorded_at,
        "verdict": look.verdict,
        "evaluated_runs": len(look.runs),
    }
