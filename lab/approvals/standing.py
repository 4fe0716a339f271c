"""Return what has been decided about a content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lab.approvals.decision import Decision
from lab.approvals.decisions import Decisions
from lab.approvals.subject import Subject

State = Literal["approved", "admitted", "rejected", "returned", "void", "undecided"]


@dataclass(frozen=True)
class Standing:
    """What has been decided about a content.

    Attributes:
        state: the latest outcome for exactly this content. Without one, `void` if the latest decision about this item
            approves or admits another content of it, else `undecided`.
        decision: the decision that the state comes from.
    """

    state: State
    decision: Decision | None = None

    @property
    def is_approved(self) -> bool:
        """Whether a person has approved exactly this content."""
        return self.state == "approved"

    def decided_sha256(self, subject: Subject) -> str | None:
        """Return the sha256 of the content that was decided on. If the state is `void`, it differs from the present."""
        subjects = self.decision.subjects if self.decision else ()
        return next((other.sha256 for other in subjects if other.is_same_item(subject)), None)


def standing(decisions: Decisions, subject: Subject) -> Standing:
    """Return the standing of a content. The latest decision about exactly this content counts."""
    about = [d for d in decisions.recorded if any(other.is_same_item(subject) for other in d.subjects)]
    exact = [decision for decision in about if decision.names(subject)]
    if exact:
        return Standing(exact[-1].outcome, exact[-1])
    if about and about[-1].outcome in ("approved", "admitted"):
        return Standing("void", about[-1])
    return Standing("undecided")
