"""Every number that an experiment's facts and spec know, in each way it may be written."""

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
from agents.facts.number_format import FIXED, shown
from agents.review.finished_text.number_parsing import Written
from agents.review.text.subject_levels import subject_of
from compiler.base.nested import leaves

_IN_TEXT = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w]|\.\d)")
_MEASURED = frozenset(("percent", "s", "bytes", "samples/s", "tokens/s", "steps", "samples"))
_SCALES = {"s": (1.0, 1 / 60, 1 / 3600, 1e3), "bytes": (1.0, 1e-3, 1e-6, 1e-9, 2.0**-10, 2.0**-20, 2.0**-30)}
_COUNTS = {"runs": "runs trainings", "arms": "arms levels", "points": "points", "epochs": "epochs", "steps": "steps"}
_NOUNS = {noun: unit for unit, nouns in _COUNTS.items() for noun in nouns.split()}
_NOUN = re.compile(r"\s+(?:\w+\s+)?(runs?|trainings?|arms?|levels?|points?|epochs?|steps?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Known:
    """`subject` is "experiment" where the number is nobody's own."""

    value: float
    subject: str
    unit: str
    name: str
    is_percent: bool = False
    is_prediction: bool = False
    is_as_shown: bool = False  # rounded already, and not to be rounded again

    def matches(self, number: Written) -> bool:
        """Whether rounding gives the number as written. A bare whole number is a count or a measure, not a share."""
        if number.value is None or number.is_percent != self.is_percent:
            return False
        if self.is_as_shown:
            return abs(number.value - self.value) <= 1e-9 * abs(self.value)
        if number.is_bare and not self.value.is_integer() and not (self.unit in _MEASURED and abs(self.value) >= 10):
            return False
        return abs(number.value - self.value) <= number.step * 0.5000001 + 1e-12 * abs(self.value)


@dataclass(frozen=True)
class KnownNumbers:
    """Looked up by value."""

    ordered: tuple[Known, ...]

    @cached_property
    def _values(self) -> list[float]:
        return [one.value for one in self.ordered]

    def matching(self, number: Written, text: str) -> list[Known]:
        """What the number may be. A noun after it (`runs`, `epochs`) narrows that down."""
        if number.value is None:
            return []
        reach = number.step * 0.51 + 1e-9 * abs(number.value)
        left = bisect_left(self._values, number.value - reach)
        right = bisect_right(self._values, number.value + reach)
        found = [one for one in self.ordered[left:right] if one.matches(number)]
        noun = _NOUN.match(text, number.end) if number.is_bare else None
        if noun is None:
            return found
        unit = _NOUNS[f"{noun[1].lower().rstrip('s')}s"]
        return [one for one in found if one.unit == unit or (unit in ("epochs", "steps") and one.unit == "spec")]


def known_numbers(book: Book) -> KnownNumbers:
    found = [*_of_facts(book), *_of_spec(book.spec), *_of_library(book)]
    return KnownNumbers(tuple(sorted(set(found), key=lambda one: (one.value, one.name))))


def _of_facts(book: Book) -> Iterator[Known]:
    for fact in (replace(fact, subject=subject_of(fact, book)) for fact in book.facts.values()):
        value = fact.value
        if isinstance(value, str):
            yield from (Known(one, fact.subject, "text", fact.id) for one in _numbers_in(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            for scale in _SCALES.get(fact.unit, (1.0,)):
                yield _known(fact, value * scale, fact.unit)
            if fact.unit in ("share", "p", "", FIXED):
                yield _known(fact, 100.0 * value, "percent")
            yield from (replace(_known(fact, one, fact.unit), is_as_shown=True) for one in _numbers_in(shown(fact)))


def _known(fact: Fact, value: float, unit: str) -> Known:
    return Known(value, fact.subject, unit, fact.id, unit == "percent", fact.is_prediction)


def _of_spec(spec: Mapping[str, Any]) -> Iterator[Known]:
    for keys, value in leaves(spec):
        path = ".".join(key for key in keys if isinstance(key, str))
        if isinstance(value, str):
            yield from (Known(number, "experiment", "spec", path) for number in _numbers_in(value))
        elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            yield Known(float(value), "experiment", "spec", path)
            if 0 < abs(value) <= 1:
                yield Known(100.0 * value, "experiment", "spec", path, is_percent=True)


def _of_library(book: Book) -> Iterator[Known]:
    for entry in book.library.values():
        for text in (entry.year, entry.title):
            yield from (Known(one, "experiment", "text", entry.key) for one in _numbers_in(text))


def _numbers_in(text: str) -> Iterator[float]:
    for match in _IN_TEXT.finditer(text):
        value = float(match[0])
        if math.isfinite(value):
            yield value
