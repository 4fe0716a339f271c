"""A value stands by the arm or run that it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from agents.context.case import Book
from agents.review.rules.references import verdict_named
from agents.review.text.mention_alignment import Fits, Mention, listed, misplaced
from agents.review.text.passage import Mark, Passage
from agents.review.text.subject_levels import WrittenNames, fits, is_told_of_somebody, named_subject, subject_of

T = TypeVar("T")


def subjects(passage: Passage, book: Book, names: WrittenNames) -> Iterator[Mark]:
    told_before: list[Mention[str]] = []
    for start, end in passage.sentences:
        mentions = subject_mentions(passage, book, names, start, end)
        named = [one for one in mentions if one.is_name]
        yield from swapped(passage, mentions if named else [*told_before, *mentions], start, end)
        yield from _verdicts(passage, book, named, start, end)
        told_before = named[-1:] or told_before


def subject_mentions(passage: Passage, book: Book, names: WrittenNames, start: int, end: int) -> list[Mention[str]]:
    """Who is named and whose values are told between two places, in order."""
    found = []
    for one in passage.named(start, end):
        name = named_subject(one, book)
        if name is not None:
            found.append(Mention(one.start, one.end, name, True))
        elif one.kind == "f" and one.name in book.facts:
            subject = subject_of(book.facts[one.name], book)
            found += [Mention(one.start, one.end, subject, False)] if is_told_of_somebody(subject) else []
    reading = passage.readings[0]
    for left, right, subject in names.found(reading.text):
        place = reading.span(left, right)
        if start <= place[0] < end:
            found.append(Mention(*place, subject, True))
    return sorted(found, key=lambda mention: mention.start)


def swapped(passage: Passage, mentions: Sequence[Mention[str]], start: int, end: int) -> Iterator[Mark]:
    for one in strays(passage, mentions, start, end, fits):
        yield Mark(one.start, one.end, "swapped_subject", f"this value is of {one.what}, told of another")


def strays(
    passage: Passage, mentions: Sequence[Mention[T]], start: int, end: int, fit: Fits[T]
) -> Iterator[Mention[T]]:
    """Values that are not of whom they stand by, in the sentence and in each clause that names a single one."""
    wrong = {one.start: one for one in misplaced(mentions, fit)}
    enumerated = {one.start for one in listed(mentions)}
    for left, right in passage.clauses(start, end):
        inside = [one for one in mentions if left <= one.start < right]
        named = [one for one in inside if one.is_name]
        if len({one.what for one in named}) == 1 and not enumerated & {one.start for one in named}:
            wrong |= {one.start: one for one in misplaced(inside, fit)}
    yield from wrong.values()


def _verdicts(passage: Passage, book: Book, named: Sequence[Mention[str]], start: int, end: int) -> Iterator[Mark]:
    levels = [one for one in named if one.what.startswith("arm[")]
    for one in passage.named(start, end):
        verdict = verdict_named(one.name, book) if one.kind == "v" else None
        if verdict and levels and verdict.subjects:
            strangers = [name for name in levels if not any(fits(name.what, each) for each in verdict.subjects)]
            if len(strangers) == len(levels):
                yield Mark(one.start, one.end, "swapped_subject", f"this verdict is of {', '.join(verdict.subjects)}")
