"""Define a decision. The type refuses what must not be decided: a policy never approves, a person never admits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, get_args

from lab.approvals.actor import Actor
from lab.approvals.subject import InvalidDecision, Subject

Outcome = Literal["approved", "rejected", "returned", "admitted"]
_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"
_MAX_SCORE = 5


@dataclass(frozen=True)
class Decision:
    """A decision about one content or several.

    Attributes:
        at: the time in UTC, with microseconds, as `timestamp` writes it.
        how: the command of the person or the rule of the policy, such as `snakemake digits_lr`.
        why: the reason, or a comment. A rejection needs one.
        answers: of a checklist, by question.
        score: of a report, 1 to 5.
        remarks: what the next version of a returned report must answer. A return needs one.

    Raises:
        InvalidDecision: A field has a value that is not allowed.
    """

    subjects: tuple[Subject, ...]
    outcome: Outcome
    by: Actor
    at: str
    how: str
    why: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    score: int | None = None
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if problem := next(_problems(self), ""):
            raise InvalidDecision(problem)

    @property
    def time(self) -> datetime:
        return datetime.strptime(self.at, _TIME).replace(tzinfo=UTC)

    def recorded_at(self, time: datetime) -> Decision:
        return replace(self, at=timestamp(time))

    def names(self, subject: Subject) -> bool:
        """Return whether the decision is about exactly this content."""
        return subject in self.subjects


def timestamp(time: datetime) -> str:
    """Return a time as decisions contain it, such as `2026-01-31T09:15:00.000000Z`."""
    return time.astimezone(UTC).strftime(_TIME)


def _problems(decision: Decision) -> Iterator[str]:
    yield from _form_problems(decision)
    outcome, kinds = decision.outcome, {subject.kind for subject in decision.subjects}
    if outcome == "admitted" and decision.by.kind != "policy":
        yield "by: only a policy admits; a person approves"
    if outcome != "admitted" and decision.by.kind != "person":
        yield f"by: only a person can decide '{outcome}'; a policy only admits"
    if outcome == "admitted" and not kinds <= {"experiment", "proposal"}:
        yield "subjects: a policy admits only experiments and proposals"
    if outcome == "rejected" and not decision.why.strip():
        yield "why: a rejection needs a reason"
    if outcome == "returned" and not (decision.remarks and kinds == {"report"}):
        yield "remarks: only a report is returned, with at least one remark"
    if decision.score is not None and kinds != {"report"}:
        yield "score: only a report has a score"


def _form_problems(decision: Decision) -> Iterator[str]:
    """Yield fields of a wrong type or form. A file that was edited by hand can contain anything."""
    subjects = decision.subjects
    if not subjects or len({(subject.kind, subject.name) for subject in subjects}) < len(subjects):
        yield "subjects: needs at least one, and each only once"
    if decision.outcome not in get_args(Outcome):
        yield f"outcome: {decision.outcome!r} is none of {', '.join(get_args(Outcome))}"
    if not _is_time(decision.at):
        yield f"at: {decision.at!r} is not a time in UTC such as 2026-01-31T09:15:00.000000Z"
    if not is_text(decision.how) or not decision.how.strip():
        yield "how: needs the command or rule that decided"
    texts = [decision.why, *decision.answers, *decision.answers.values(), *decision.remarks]
    if not all(map(is_text, texts)) or not all(remark.strip() for remark in decision.remarks):
        yield "why, answers and remarks: must be text, and a remark must not be empty"
    score = decision.score
    if score is not None and (type(score) is not int or not 1 <= score <= _MAX_SCORE):
        yield f"score: {score!r} is not a whole number from 1 to {_MAX_SCORE}"


def is_text(value: object) -> bool:
    """Return whether a value is text that can be written as UTF-8."""
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_time(value: object) -> bool:
    try:
        return timestamp(datetime.strptime(str(value), _TIME).replace(tzinfo=UTC)) == value
    except ValueError:
        return False
