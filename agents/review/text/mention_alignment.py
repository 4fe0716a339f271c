"""Whether values stand by the names they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Mention(Generic[T]):
    """A name, or a value and what it is of, at a place in a text."""

    start: int
    end: int
    what: T
    is_name: bool


Fits = Callable[[T, T], bool]  # (name, value)


def misplaced(mentions: Sequence[Mention[T]], fits: Fits[T]) -> Iterator[Mention[T]]:
    """The values that fit no name beside them, or come in another order than their names.

    Names that follow each other are a group, and so are values: "with A and B the means were a and b". A value
    belongs to a name in the group before it or in the group after it. Without names nothing is misplaced.
    """
    groups = [list(group) for _, group in groupby(mentions, key=lambda one: one.is_name)]
    for at, group in enumerate(groups):
        if not group[0].is_name:
            before = groups[at - 1] if at else []
            after = groups[at + 1] if at + 1 < len(groups) else []
            yield from _misplaced(group, before, after, fits)


def listed(mentions: Sequence[Mention[T]]) -> Iterator[Mention[T]]:
    """The names that follow another name: "with A and B"."""
    for is_name, group in groupby(mentions, key=lambda one: one.is_name):
        names = list(group)
        if is_name and len(_distinct(names)) > 1:
            yield from names


def _misplaced(
    values: Sequence[Mention[T]], before: Sequence[Mention[T]], after: Sequence[Mention[T]], fits: Fits[T]
) -> Iterator[Mention[T]]:
    near = [*before, *after]
    strays = [one for one in values if near and not any(fits(name.what, one.what) for name in near)]
    yield from strays
    if not strays and not (before and after):
        yield from _out_of_order(values, near, fits)


def _out_of_order(values: Sequence[Mention[T]], names: Sequence[Mention[T]], fits: Fits[T]) -> Iterator[Mention[T]]:
    """Where there are as many things told as names, the first is of the first."""
    told = _distinct(values)
    named = _distinct(names)
    if len(told) == len(named) > 1:
        yield from (one for name, one in zip(named, told, strict=True) if not fits(name.what, one.what))


def _distinct(mentions: Sequence[Mention[T]]) -> list[Mention[T]]:
    """The first mention of each."""
    return list({one.what: one for one in reversed(mentions)}.values())[::-1]
