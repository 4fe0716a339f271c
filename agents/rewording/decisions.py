"""What became of each text: taken over, reworded after objections, or left as code wrote it."""

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
    """`text` is the template that was taken over, empty where code's own stayed, which `why` explains.

    `objections` are all that were made on the way; a text that was `reworded` had some and answered them.
    """

    slot: str
    outcome: Outcome
    text: str = ""
    why: str = ""
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True)
class Record:
    """`prompt` is the prompt's hash. `ignored` are places that the model named and the document lacks.

    `ended`: why the model was asked no further; empty where it answered to the end.
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
        return dict(sorted(Counter(each.outcome for each in self.decisions).items()))

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self), "counts": self.counts}


@dataclass(frozen=True)
class Worded:
    """`facts` are those that were derived on the way: part of the book of this document, and of no other."""

    document: Document
    record: Record
    facts: tuple[Fact, ...] = ()

    def case(self, case: Case) -> Case:
        """The case as this document sees it."""
        return replace(case, book=case.book.with_findings(self.facts, ()))
