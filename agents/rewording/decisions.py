"""Define the decisions of a rewording: a text is accepted, reworded after objections, or kept unchanged."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from agents.context.case import Case
from agents.documents.document import Document
from agents.facts.fact import Fact
from agents.review.text.objection import Objection

SCHEMA_VERSION = 1
Outcome = Literal["accepted", "reworded", "deterministic"]


@dataclass(frozen=True)
class Decision:
    """The decision on one text. `text` is the accepted template.

    If the original is kept, `text` is empty and `why` is the reason.

    `objections` are those to all versions of the text. A `reworded` text had some, and its last version has none.
    """

    slot: str
    outcome: Outcome
    text: str = ""
    why: str = ""
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class RewordingRecord:
    """All decisions on a document. `prompt` is the hash of the prompt.

    `ignored` are slots in replies that were not requested. `ended` is the reason why the conversation ended early, and
    is empty if it did not end early.
    """

    document: str
    model: str
    prompt_name: str
    prompt: str
    decisions: tuple[Decision, ...] = ()
    ignored: tuple[str, ...] = ()
    ended: str = ""

    @property
    def counts(self) -> dict[str, int]:
        return dict(sorted(Counter(decision.outcome for decision in self.decisions).items()))

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "counts": self.counts}


@dataclass(frozen=True)
class RewordedDocument:
    """A document after its rewording, and the record of the decisions.

    `facts` are those that the model derived with tools. They belong to the book of this document only.
    """

    document: Document
    record: RewordingRecord
    facts: tuple[Fact, ...] = ()

    def case(self, case: Case) -> Case:
        """Return the case with the derived facts."""
        return replace(case, book=case.book.with_findings(self.facts, ()))
