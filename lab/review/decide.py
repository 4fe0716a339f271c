"""Record the decision of a person about an item, if its content is still what the person saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from compiler.base.diagnostics import InputError
from compiler.base.paths import Lab
from lab.admission.counted_decisions import counted_decisions
from lab.approvals.actor import Actor
from lab.approvals.decision import Decision, Outcome, timestamp
from lab.approvals.decision_files import record, utc_now
from lab.approvals.standing import standing
from lab.approvals.subject import InvalidDecision, Subject

_MIN_PREFIX = 12  # hex digits of a hash that a person copies from a list


class ChangedSinceShown(InputError):
    """The content is not the one that the person saw, so nothing was decided."""


class CannotDecide(InputError):
    """The decision is not possible: the item has problems, or it was decided in the same way before."""


@dataclass(frozen=True)
class Choice:
    """What a person decides, apart from the content. `sign` returns the signature of the decision's file."""

    outcome: Outcome
    by: Actor
    how: str
    why: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    score: int | None = None
    remarks: tuple[str, ...] = ()
    sign: Callable[[bytes], bytes] | None = None


def decide(
    lab: Lab, seen: Subject, current: Callable[[], Subject], choice: Choice, clock: Callable[[], datetime] = utc_now
) -> Path:
    """Record a decision about the content that a person saw, and return its file.

    Args:
        current: returns the subject with the content of now.

    Raises:
        ChangedSinceShown: The content has changed.
        CannotDecide: The same decision is recorded already, or a field of the choice is wrong.
    """
    with decision_lock(lab):
        check_unchanged(lab, seen, current(), choice.outcome)
        return record_choice(lab, (seen,), choice, clock)


def check_unchanged(lab: Lab, seen: Subject, current: Subject, outcome: Outcome) -> None:
    """Raise ChangedSinceShown or CannotDecide. The caller holds the lock until the decision is recorded."""
    if current != seen:
        raise changed_since_shown(seen, current)
    state = standing(counted_decisions(lab), seen)
    if state.state == outcome and state.decision is not None:
        raise CannotDecide(f"{seen.name}: was {outcome} already by {state.decision.by} at {state.decision.at}")


def changed_since_shown(seen: Subject, current: Subject) -> ChangedSinceShown:
    return ChangedSinceShown(
        f"{seen.name}: has changed since it was shown: sha256 {seen.sha256[:12]}, now {current.sha256[:12]}"
        f" (read it again: proband review {seen.name})"
    )


def record_choice(
    lab: Lab, subjects: tuple[Subject, ...], choice: Choice, clock: Callable[[], datetime] = utc_now
) -> Path:
    """Record a choice about contents, sign it if asked to, and return its file. Raises CannotDecide."""
    try:
        decision = Decision(
            subjects,
            choice.outcome,
            choice.by,
            timestamp(clock()),
            choice.how,
            choice.why,
            choice.answers,
            choice.score,
            choice.remarks,
        )
    except InvalidDecision as error:
        raise CannotDecide(f"{subjects[0].name}: {error}") from error
    return record(lab, decision, choice.sign)


def matches_hash(subject: Subject, prefix: str) -> bool:
    """Return whether a hash on the command line is that of the content. The first 12 digits are enough."""
    return len(prefix) >= _MIN_PREFIX and subject.sha256.startswith(prefix.lower())


def decision_lock(lab: Lab) -> AbstractContextManager[object]:
    """Return the lock that is held while a person's decision is checked and recorded."""
    lock = lab.state / "locks" / "review.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(lock)
