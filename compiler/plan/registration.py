"""What was promised before the first run, and what was changed afterwards.

The first version is never rewritten. Each later edit is kept behind it, marked post hoc when any run had finished by
then, so that a reader can tell a prediction from an explanation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from compiler.base.identity import canonical
from compiler.base.nested import flat

SCHEMA_VERSION = 1
# Edits of these decide whether the registered test is still the one that was promised.
DECIDING = ("hypothesis", "compare", "planned", "search")


def registered(
    known: Mapping[str, Any] | None, experiment_id: str, promise: Mapping[str, Any], finished_runs: int, now: datetime
) -> dict[str, Any]:
    """The registration after seeing today's promise: new, unchanged, or with one more revision.

    Args:
        known: the registration so far, None before the first.
        promise: what the spec promises now.
        finished_runs: how many of its runs are there already.
        now: the time, with its zone.
    """
    if known is None:
        return {
            "schema_version": SCHEMA_VERSION,
            "experiment_id": experiment_id,
            "registered_at": now.isoformat(),
            "finished_runs": finished_runs,
            **promise,
            "revisions": [],
        }
    current = promised(known)
    if canonical(current) == canonical(dict(promise)):
        return dict(known)
    revision = {
        "revised_at": now.isoformat(),
        "finished_runs": finished_runs,
        "post_hoc": finished_runs > 0,
        "changes": _changes(current, promise),
        "promise": dict(promise),
    }
    return {**known, "revisions": [*known["revisions"], revision]}


def promised(registration: Mapping[str, Any]) -> dict[str, Any]:
    """What a registration promises now: its last revision, else its first version."""
    revisions = registration["revisions"]
    if revisions:
        return dict(revisions[-1]["promise"])
    about = {"schema_version", "experiment_id", "registered_at", "finished_runs", "revisions"}
    return {key: value for key, value in registration.items() if key not in about}


def is_post_hoc(registration: Mapping[str, Any] | None) -> bool:
    """Whether claim, test or size of the study were changed when results could already be seen."""
    revisions = registration["revisions"] if registration else []
    return any(
        one["post_hoc"] and any(change["path"].partition(".")[0] in DECIDING for change in one["changes"])
        for one in revisions
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    old, new = flat(before), flat(after)
    keys = [key for key in sorted({*old, *new}) if canonical(old.get(key)) != canonical(new.get(key))]
    return [{"path": key, "from": old.get(key), "to": new.get(key)} for key in keys]
