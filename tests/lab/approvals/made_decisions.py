"""Make subjects, actors and decisions for tests."""

from __future__ import annotations

from typing import Any

from lab.approvals.actor import Actor
from lab.approvals.decision import Decision
from lab.approvals.subject import Subject

SHA = "a" * 64
OTHER_SHA = "b" * 64
PERSON = Actor("person", "Rosa Ahlström", "rosa@example.org", "git")
POLICY = Actor("policy", "autonomous")
TIME = "2026-03-01T09:15:00.000000Z"


def subject(kind: Any = "experiment", name: str = "digits_lr", sha256: str = SHA) -> Subject:
    return Subject(kind, name, sha256)


def decision(outcome: Any = "approved", by: Actor = PERSON, **changes: Any) -> Decision:
    """Return a decision about one experiment. `kind`, `name` and `sha256` change its subject."""
    about = subject(**{key: changes.pop(key) for key in ("kind", "name", "sha256") if key in changes})
    values = {"subjects": (about,), "at": TIME, "how": "proband approve digits_lr"} | changes
    return Decision(outcome=outcome, by=by, **values)
