"""What a rewording owes to the text it replaces: the reviewer sees only the new text, and cannot miss what is gone."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator

from agents.context.case import Book
from agents.documents.placeholders import PLACEHOLDER, Placeholder, placeholders
from agents.facts.subject import is_failure, parse_fact_id
from agents.review.text.objection import Objection
from agents.rewording.fidelity.fact_labels import unnamed_facts
from agents.rewording.fidelity.quotations import changed_quotations

# Failed runs, how many were looked at, and what was decided after the fact are told whoever words the text.
_MUST_STAY = frozenset(
    ("experiment.runs.failed", "registration.post_hoc", "registration.revisions", "best.arms", "best.runs")
)
LONGEST = 2.0  # times the original
ALLOWANCE = 80  # characters more, for texts that are short
_SIZE = "x" * 8  # what a placeholder counts for, however long its id is


def unfaithful(slot: str, original: str, text: str, exhibits: Collection[str], book: Book) -> Iterator[Objection]:
    """Objections to a text in the place of `original`; `exhibits` are what it may refer to.

    One that is out of all bounds gets no other objection: nobody should have to read it.
    """
    if unbounded := [*_unbounded(slot, original, text)]:
        yield from unbounded
        return
    yield from [*_dropped(slot, original, text)] or _emptied(slot, original, text)
    yield from _unknown_exhibits(slot, text, exhibits)
    yield from changed_quotations(slot, original, text, book)
    yield from unnamed_facts(slot, original, text, book)
    for at, sign in enumerate(text):
        if unicodedata.category(sign) in ("Cc", "Cs", "Co", "Cn"):
            yield Objection(slot, 1, at + 1, ascii(sign), "unprintable", "is no character that can be printed")
            return


def is_unbounded(objection: Objection) -> bool:
    """Whether there is no point in reviewing the text."""
    return objection.rule in ("empty", "too_long")


def tidy(text: str) -> str:
    """One paragraph: a line break in a template would mean something else to Markdown."""
    return " ".join(text.split())


def _unbounded(slot: str, original: str, text: str) -> Iterator[Objection]:
    most = int(LONGEST * _length(original)) + ALLOWANCE
    if not text:
        yield Objection(slot, 1, 1, "", "empty", "is no text; leave the place out to keep what stands there")
    elif _length(text) > most:
        reason = f"is {_length(text)} characters long; at most {most} may stand here, a placeholder counted as a word"
        yield Objection(slot, 1, 1, text[:40], "too_long", reason)


def _dropped(slot: str, original: str, text: str) -> Iterator[Objection]:
    kept = {(each.kind, _owner(each)) for each in placeholders(text)}
    for each in placeholders(original):
        rule = _rule(each) or ("dropped_name" if slot.rpartition(".")[2] == "title" else None)
        if rule and (each.kind, _owner(each)) not in kept:
            span = original[each.start : each.end]
            yield Objection(slot, 1, 1, span, rule, f"{span} must be told here and is missing")


def _emptied(slot: str, original: str, text: str) -> Iterator[Objection]:
    """A text without facts, in the place of one with facts, may say anything: there is nothing to check it by."""
    if any(placeholders(original)) and not any(placeholders(text)):
        yield Objection(slot, 1, 1, text[:40], "emptied", "gives nothing of what stood here: keep a placeholder of it")


def _rule(placeholder: Placeholder) -> str | None:
    if placeholder.kind == "v":
        return "dropped_verdict"
    return "dropped_fact" if placeholder.kind == "f" and _must_stay(placeholder.name) else None


def _owner(placeholder: Placeholder) -> str:
    """A verdict is told by its words, by its sentence and by its conclusion."""
    if placeholder.kind != "v":
        return placeholder.name
    return placeholder.name.removesuffix(".sentence").removesuffix(".conclusion")


def _unknown_exhibits(slot: str, text: str, exhibits: Collection[str]) -> Iterator[Objection]:
    for each in placeholders(text):
        if each.kind == "ref" and each.name not in exhibits:
            span = text[each.start : each.end]
            reason = f"there is no figure or table '{each.name}'"
            yield Objection(slot, 1, each.start + 1, span, "unknown_exhibit", reason)


def _length(text: str) -> int:
    return len(PLACEHOLDER.sub(_SIZE, text))


def _must_stay(fact_id: str) -> bool:
    parsed = parse_fact_id(fact_id)
    is_failed_count = parsed.kind in ("arm", "cell") and parsed.name == "failed"
    return fact_id in _MUST_STAY or is_failed_count or is_failure(fact_id)
