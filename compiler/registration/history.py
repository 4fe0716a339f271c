"""Define the registration of an experiment: its design before the first run, and every later change.

The first version is never rewritten. Each later change is appended as a revision. A revision is post hoc if a run had
finished by then, so that a reader can distinguish a prediction from an explanation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from compiler.base.identity import canonical
from compiler.base.json_files import read_json
from compiler.base.nested import flat

SCHEMA_VERSION = 1
# A test is confirmatory only if these fields were not changed after runs had finished.
_DECIDING_FIELDS = ("hypothesis", "compare", "planned", "search")
_NOT_IN_DESIGN = {"schema_version", "experiment_id", "registered_at", "finished_runs", "revisions"}


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
    """A change of the design, and how many runs had finished by then. The file calls the design `promise`."""

    revised_at: str
    finished_runs: int
    is_post_hoc: bool
    changes: tuple[Change, ...]
    design: Mapping[str, Any]

    @property
    def changes_the_test(self) -> bool:
        return any(change.path.partition(".")[0] in _DECIDING_FIELDS for change in self.changes)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Revision:
        changes = tuple(Change(change["path"], change["from"], change["to"]) for change in data["changes"])
        return cls(data["revised_at"], data["finished_runs"], data["post_hoc"], changes, data["promise"])

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
    """The design as it was first registered, and its revisions. Times are in ISO format with a zone."""

    experiment_id: str
    registered_at: str
    finished_runs: int
    design: Mapping[str, Any]
    revisions: tuple[Revision, ...] = ()

    @property
    def current_design(self) -> Mapping[str, Any]:
        """The design of the last revision, else the first version."""
        return self.revisions[-1].design if self.revisions else self.design

    @property
    def is_post_hoc(self) -> bool:
        """Return whether hypothesis, test or size of the study were changed after runs had finished."""
        return any(revision.is_post_hoc and revision.changes_the_test for revision in self.revisions)

    def revised(self, design: Mapping[str, Any], finished_runs: int, now: datetime) -> Registration:
        """Return the registration with one more revision, or unchanged if the design is the current one."""
        if canonical(dict(self.current_design)) == canonical(dict(design)):
            return self
        changes = tuple(_changes(self.current_design, design))
        revision = Revision(now.isoformat(), finished_runs, finished_runs > 0, changes, design)
        return replace(self, revisions=(*self.revisions, revision))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Registration:
        """Return the registration in a JSON object. Raises KeyError or TypeError if a field is missing or invalid."""
        design = {key: value for key, value in data.items() if key not in _NOT_IN_DESIGN}
        revisions = tuple(map(Revision.from_json, data["revisions"]))
        return cls(data["experiment_id"], data["registered_at"], data["finished_runs"], design, revisions)

    def to_json(self) -> dict[str, Any]:
        return {
            "schema_version": SCHEMA_VERSION,
            "experiment_id": self.experiment_id,
            "registered_at": self.registered_at,
            "finished_runs": self.finished_runs,
            **self.design,
            "revisions": [revision.to_json() for revision in self.revisions],
        }


def read_registration(file: Path) -> Registration | None:
    """Return the registration, None if the file does not exist. Raises ValueError if the file is invalid."""
    if not file.is_file():
        return None
    try:
        return Registration.from_json(read_json(file))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file} is not a registration: {error!r} (repair it, or restore it from a backup)") from error


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    old, new = flat(before), flat(after)
    for key in sorted({*old, *new}):
        if canonical(old.get(key)) != canonical(new.get(key)):
            yield Change(key, old.get(key), new.get(key))
