"""Define the state that the tools of one document share: the case, which they only read, and earlier results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from agents.context.case import Book, Case
from agents.documents.document import Figure
from agents.facts.fact import Fact, Value

DrawFigure = Callable[[str], Figure | None]  # metric -> figure, or None if there is nothing to draw
Changes = Mapping[str, tuple[Value, ...]]  # values to try, by key
Propose = Callable[[Changes], str]  # writes a follow-up spec, returns its path relative to the experiment's folder


class CallRejected(Exception):
    """A tool call cannot be carried out. The message is returned to the model."""


@dataclass
class ToolSession:
    """The case, the figures that the model may request, and the facts and figures that it has requested, by id."""

    case: Case
    figure_kinds: Mapping[str, DrawFigure] = field(default_factory=dict)
    propose: Propose | None = None
    derived: dict[str, Fact] = field(default_factory=dict)
    requested_figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        """The book of the case with the derived facts."""
        return self.case.book.with_findings(self.derived.values(), ())

    @property
    def current_case(self) -> Case:
        return replace(self.case, book=self.book)
