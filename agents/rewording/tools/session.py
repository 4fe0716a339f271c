"""What tools work on: a case that is only read, and what a model asked for on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from agents.context.case import Book, Case
from agents.documents.document import Figure
from agents.facts.fact import Fact, Value

Draw = Callable[[str], Figure | None]  # a metric in, the figure of it out; None where there is nothing to draw
Changes = Mapping[str, tuple[Value, ...]]
Propose = Callable[[Changes], str]  # writes the follow-up and names its file, relative to the experiment's folder


class Refused(Exception):
    """What a model asked for cannot be. The message is the answer to it."""


@dataclass
class Desk:
    """One for each document. `figures` are the kinds that can be asked for; `asked` those that were, by exhibit id."""

    case: Case
    figures: Mapping[str, Draw] = field(default_factory=dict)
    propose: Propose | None = None
    derived: dict[str, Fact] = field(default_factory=dict)
    asked: dict[str, Figure] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The case's, with what was derived."""
        return self.case.book.with_findings(self.derived.values(), ())

    @property
    def known_case(self) -> Case:
        return replace(self.case, book=self.book)
