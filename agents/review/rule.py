"""Define the interface of review rules and the context that every rule receives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

from agents.context.case import Book
from agents.review.lexicon.quantity_words import metric_words
from agents.review.lexicon.subject_mentions import SubjectFinder, subject_finder
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage


@dataclass(frozen=True)
class Context:
    """The book that a passage is checked against.

    `exhibits` are the ids that `{{ref:…}}` may name. If it is None, these references are not checked.
    """

    book: Book
    exhibits: Collection[str] | None = None

    @cached_property
    def subjects(self) -> SubjectFinder:
        return subject_finder(self.book)

    @cached_property
    def metric_words(self) -> frozenset[str]:
        return metric_words(self.book)


C = TypeVar("C", bound=Context)
C_contra = TypeVar("C_contra", bound=Context, contravariant=True)


class Rule(Protocol[C_contra]):
    """A function that yields a mark for each part of a passage that it objects to.

    Each kind of text has one tuple of rules: `TEMPLATE_RULES`, `FINISHED_TEXT_RULES`, `FIDELITY_RULES`.
    """

    def __call__(self, passage: Passage, context: C_contra, /) -> Iterator[Mark]: ...


def apply_rules(rules: Iterable[Rule[C]], passage: Passage, context: C) -> Iterator[Mark]:
    for rule in rules:
        yield from rule(passage, context)
