"""Collect every number in an experiment's facts and spec, in all the forms in which a text may state it."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from agents.context.case import Book
from agents.facts.fact import Fact
from agents.facts.number_format import FIXED, format_fact
from agents.review.lexicon.number_lexer import Number, separate_numbers
from agents.review.lexicon.subjects import fact_subject
from compiler.base.nested import leaves

_MEASURED_UNITS = frozenset(("percent", "s", "bytes", "samples/s", "tokens/s", "steps", "samples"))
# Factors from the unit of a fact to the units that a text may use, such as minutes or megabytes.
_SCALES = {"s": (1.0, 1 / 60, 1 / 3600, 1e3), "bytes": (1.0, 1e-3, 1e-6, 1e-9, 2.0**-10, 2.0**-20, 2.0**-30)}
_UNITS_BY_NOUN = {
    "run": "runs",
    "training": "runs",
    "arm": "arms",
    "level": "arms",
    "point": "points",
    "epoch": "epochs",
    "step": "steps",
}
_NOUN = re.compile(rf"\s+(?:\w+\s+)?({'|'.join(_UNITS_BY_NOUN)})s?\b", re.IGNORECASE)
_TOLERANCE = 0.5000001  # of the last digit: rounding, with an allowance for floating-point error


@dataclass(frozen=True)
class KnownNumber:
    """A value that a text may state. `name` is the fact id, spec path or citation key it is from."""

    value: float
    subject: str  # "experiment" if it belongs to no arm or run
    unit: str
    name: str
    is_percent: bool = False
    is_prediction: bool = False
    is_rounded: bool = False  # rounded as in reports, so that a text must state exactly this value

    def matches(self, number: Number) -> bool:
        """Return whether the value rounds to the number.

        A bare integer matches only a whole number or a large measured value. It does not match a share such as 0.95.
        """
        if number.value is None or number.is_percent != self.is_percent:
            return False
        if self.is_rounded:
            return abs(number.value - self.value) <= 1e-9 * abs(self.value)
        if number.is_bare and not self.value.is_integer() and not self._is_measure:
            return False
        return abs(number.value - self.value) <= number.step * _TOLERANCE + 1e-12 * abs(self.value)

    @property
    def _is_measure(self) -> bool:
        return self.unit in _MEASURED_UNITS and abs(self.value) >= 10


@dataclass(frozen=True)
class KnownNumbers:
    """The numbers of an experiment, for look-up by value."""

    ordered: tuple[KnownNumber, ...]  # sorted by value

    @cached_property
    def _values(self) -> list[float]:
        return [number.value for number in self.ordered]

    def candidates(self, number: Number, text: str) -> list[KnownNumber]:
        """Return the known numbers that `number` may state. Their unit agrees with a noun after it, such as `runs`."""
        if number.value is None:
            return []
        tolerance = number.step * 0.51 + 1e-9 * abs(number.value)
        left = bisect_left(self._values, number.value - tolerance)
        right = bisect_right(self._values, number.value + tolerance)
        matches = [candidate for candidate in self.ordered[left:right] if candidate.matches(number)]
        noun = _NOUN.match(text, number.end) if number.is_bare else None
        if noun is None:
            return matches
        unit = _UNITS_BY_NOUN[noun[1].lower()]
        units = (unit, "spec") if unit in ("epochs", "steps") else (unit,)
        return [candidate for candidate in matches if candidate.unit in units]


def known_numbers(book: Book) -> KnownNumbers:
    numbers = {*_fact_numbers(book), *_spec_numbers(book.spec), *_library_numbers(book)}
    return KnownNumbers(tuple(sorted(numbers, key=lambda number: (number.value, number.name))))


def _fact_numbers(book: Book) -> Iterator[KnownNumber]:
    for fact in (replace(fact, subject=fact_subject(fact, book)) for fact in book.facts.values()):
        value = fact.value
        if isinstance(value, str):
            yield from (KnownNumber(number, fact.subject, "text", fact.id) for number in separate_numbers(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            for scale in _SCALES.get(fact.unit, (1.0,)):
                yield _known_number(fact, value * scale, fact.unit)
            if fact.unit in ("share", "p", "", FIXED):
                yield _known_number(fact, 100.0 * value, "percent")
            rounded = (_known_number(fact, number, fact.unit) for number in separate_numbers(format_fact(fact)))
            yield from (replace(number, is_rounded=True) for number in rounded)


def _known_number(fact: Fact, value: float, unit: str) -> KnownNumber:
    return KnownNumber(value, fact.subject, unit, fact.id, unit == "percent", fact.is_prediction)


def _spec_numbers(spec: Mapping[str, Any]) -> Iterator[KnownNumber]:
    for keys, value in leaves(spec):
        path = ".".join(key for key in keys if isinstance(key, str))
        if isinstance(value, str):
            yield from (KnownNumber(number, "experiment", "spec", path) for number in separate_numbers(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield KnownNumber(float(value), "experiment", "spec", path)
            if 0 < abs(value) <= 1:
                yield KnownNumber(100.0 * value, "experiment", "spec", path, is_percent=True)


def _library_numbers(book: Book) -> Iterator[KnownNumber]:
    for entry in book.library.values():
        for text in (entry.year, entry.title):
            yield from (KnownNumber(number, "experiment", "text", entry.key) for number in separate_numbers(text))
