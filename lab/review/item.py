"""Define an item that waits for a person: what it is, why it waits, and what was decided about earlier versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lab.approvals.standing import Standing
from lab.approvals.subject import Subject


@dataclass(frozen=True)
class Item:
    """Something to decide.

    Attributes:
        subject: the content that a decision binds to.
        file: the file to read, relative to the lab.
        what: one line that states what the item is.
        why: the reason that its author gives.
        standing: what has been decided about this content, or `void` if another version was approved.
        problems: reasons for which it cannot be approved as it is.
        notes: what a person should know before deciding.
        details: further values for programs and for the view of one item.
    """

    subject: Subject
    file: str
    what: str
    why: str = ""
    standing: Standing = field(default_factory=lambda: Standing("undecided"))
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name on the command line."""
        return f"{self.subject.name}/publication" if self.subject.kind == "publication" else self.subject.name

    @property
    def state_line(self) -> str:
        """One line on the earlier decision, "" without one. A void approval is shown with both hashes."""
        decision = self.standing.decision
        if decision is None:
            return ""
        who = f"{decision.outcome} by {decision.by} on {decision.at[:10]}"
        if self.standing.state != "void":
            return who
        earlier = self.standing.decided_sha256(self.subject) or ""
        return f"{who} for sha256 {earlier[:12]}, but now it is {self.subject.sha256[:12]}: the approval is void"

    def to_json(self) -> dict[str, Any]:
        return {
            **self.details,
            "kind": self.subject.kind,
            "name": self.name,
            "sha256": self.subject.sha256,
            "file": self.file,
            "what": self.what,
            "why": self.why,
            "state": self.standing.state,
            "decided": self.state_line,
            "decided_sha256": self.standing.decided_sha256(self.subject),
            "problems": list(self.problems),
            "notes": list(self.notes),
        }
