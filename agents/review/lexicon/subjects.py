"""Find the subject of a fact or placeholder: an arm, a run, the parent or a baseline."""

from __future__ import annotations

from functools import lru_cache

from agents.context.case import Book
from agents.documents.placeholders import Placeholder
from agents.facts.fact import Fact, Value
from agents.facts.ids import label
from agents.facts.subject import Subject, parse_subject, subject_kind

ANY_RECORDED = "recorded"  # subject of the words "recorded", "parent" and "baseline": any recorded value fits them
_IDENTIFYING = (".level", ".id", ".seed")
_SELECTION_COUNTS = ("best.arms", "best.runs")


def tested_metric(book: Book) -> str:
    """Return the metric of the registered test, or "" without a test."""
    return book.test.metric if book.test else ""


def compared_factor(book: Book) -> str:
    """Return the factor of the registered test, or "" without a test."""
    return book.test.factor if book.test else ""


def arm_with_level(level: Value, book: Book) -> str:
    """Return the arm with this level of the compared factor. Without a test, a level is a complete setting."""
    factor = compared_factor(book)
    return str(Subject("arm", f"{factor}={level}" if factor else str(level)))


def best_arm(book: Book) -> str | None:
    """Return the arm that was selected after the runs had finished, or None if no arm was selected."""
    best = book.facts.get("best.level")
    return None if best is None else arm_with_level(best.value, book)


def fact_subject(fact: Fact, book: Book) -> str:
    """Return the subject of a fact. Values of the selected arm have that arm as subject."""
    best = best_arm(book)
    is_of_best = fact.id.startswith("best.") and fact.id not in _SELECTION_COUNTS
    return best if best is not None and is_of_best else fact.subject


def named_subject(placeholder: Placeholder, book: Book) -> str | None:
    """Return the subject that a placeholder names, or None if it does not name a subject."""
    if placeholder.kind == "f" and placeholder.name in book.facts:
        fact = book.facts[placeholder.name]
        if not _identifies(fact):
            return None
        return fact.subject if is_specific(fact.subject) else arm_with_level(fact.value, book)
    if placeholder.kind == "spec" and book.test:
        levels = {"compare.control": book.test.control, "compare.treatment": book.test.treatment}
        level = levels.get(placeholder.name)
        return None if level is None else arm_with_level(label(level), book)
    return None


def is_specific(subject: str) -> bool:
    """Return whether a subject is an arm, run or other part, and not the whole experiment."""
    return parse_subject(subject).name is not None


def fits(name: str, subject: str) -> bool:
    """Return whether a fact about `subject` may be stated of the subject `name`."""
    if name == ANY_RECORDED:
        return True
    if not {parse_subject(name).root.kind, parse_subject(subject).root.kind}.isdisjoint(("parent", "baseline")):
        return subject.startswith(name) or name.startswith(subject)
    if subject_kind(name) == subject_kind(subject) == "run":
        return name == subject
    return bool(_settings(name) & _settings(subject))


def _identifies(fact: Fact) -> bool:
    """Return whether a fact identifies its subject, as a level or id does, and is not a result."""
    return fact.unit == "level" or (fact.id.endswith(_IDENTIFYING) and fact.subject != "experiment")


@lru_cache(maxsize=4096)
def _settings(subject: str) -> frozenset[str]:
    """Return the `FACTOR=LEVEL` pairs of a subject."""
    return frozenset(map(_setting, parse_subject(subject).settings))


def _setting(pair: str) -> str:
    """Write a level in its shortest form: points are named as the spec writes them, arms by label."""
    key, equals, level = pair.partition("=")
    try:
        return f"{key}={float(level):g}" if equals else pair
    except ValueError:
        return pair
