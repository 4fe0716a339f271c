"""Check that values in a sentence are next to the names they belong to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Mention(Generic[T]):
    """A name (`is_name`) or a value between two positions of a text.

    `of` is the subject or quantity that the name denotes or the value belongs to.
    """

    start: int
    end: int
    of: T
    is_name: bool


Fits = Callable[[T, T], bool]  # (name, value) -> whether the value belongs to the name


def by_position(mentions: Sequence[Mention[T]]) -> list[Mention[T]]:
    return sorted(mentions, key=lambda mention: mention.start)


def mentions_between(mentions: Sequence[Mention[T]], start: int, end: int) -> Sequence[Mention[T]]:
    """Return the mentions, which are sorted by position, that start between two positions."""
    return mentions[bisect_left(mentions, start, key=_start) : bisect_left(mentions, end, key=_start)]


def _start(mention: Mention[T]) -> int:
    return mention.start


def misplaced(mentions: Sequence[Mention[T]], fits: Fits[T]) -> Iterator[Mention[T]]:
    """Yield the values that fit no adjacent name, or are not in the order of their names.

    Consecutive names form a group, and so do consecutive values: "with A and B the means were a and b". A value
    belongs to a name in the group before it or in the group after it. Without names no value is misplaced.
    """
    groups = [list(group) for _, group in groupby(mentions, key=lambda mention: mention.is_name)]
    for index, group in enumerate(groups):
        if not group[0].is_name:
            before = groups[index - 1] if index else []
            after = groups[index + 1] if index + 1 < len(groups) else []
            yield from _misplaced_values(group, before, after, fits)


def misplaced_in_sentence(
    mentions: Sequence[Mention[T]], clauses: Iterable[tuple[int, int]], fits: Fits[T]
) -> Iterator[Mention[T]]:
    """Yield the misplaced values of a sentence, and of each of its clauses that has a single name."""
    values = {value.start: value for value in misplaced(mentions, fits)}
    enumerated = {name.start for name in _enumerated_names(mentions)}
    for start, end in clauses:
        clause = mentions_between(mentions, start, end)
        names = [mention for mention in clause if mention.is_name]
        if len({name.of for name in names}) == 1 and enumerated.isdisjoint(name.start for name in names):
            values |= {value.start: value for value in misplaced(clause, fits)}
    yield from values.values()


def _enumerated_names(mentions: Sequence[Mention[T]]) -> Iterator[Mention[T]]:
    """Yield the names that are adjacent to another name: "with A and B"."""
    for is_name, group in groupby(mentions, key=lambda mention: mention.is_name):
        names = list(group)
        if is_name and len(_distinct(names)) > 1:
            yield from names


def _misplaced_values(
    values: Sequence[Mention[T]], before: Sequence[Mention[T]], after: Sequence[Mention[T]], fits: Fits[T]
) -> Iterator[Mention[T]]:
    names = _distinct([*before, *after])
    unfit = [value for value in values if names and not any(fits(name.of, value.of) for name in names)]
    yield from unfit
    if not unfit and not (before and after):
        yield from _out_of_order(values, names, fits)


def _out_of_order(values: Sequence[Mention[T]], names: Sequence[Mention[T]], fits: Fits[T]) -> Iterator[Mention[T]]:
    """Pair values with names if there are as many of both, and yield the values that do not fit."""
    distinct_values, distinct_names = _distinct(values), _distinct(names)
    if len(distinct_values) == len(distinct_names) > 1:
        pairs = zip(distinct_names, distinct_values, strict=True)
        yield from (value for name, value in pairs if not fits(name.of, value.of))


def _distinct(mentions: Sequence[Mention[T]]) -> list[Mention[T]]:
    """Return the first mention of each subject."""
    return list({mention.of: mention for mention in reversed(mentions)}.values())[::-1]
