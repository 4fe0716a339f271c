"""A fact is called what it is: a placeholder that exists may still stand where another quantity is spoken of.

The text that code wrote is right, so a fact whose neighbouring words are kept is told as it was. Of any other the words
before it have to say what it is. This is stricter than language is; what it refuses wrongly costs a rewording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.context.case import Book
from agents.documents.placeholders import Placeholder, placeholders
from agents.facts.fact import Fact
from agents.review.text.objection import Objection

_WORD = re.compile(r"[^\W\d_]+|=")
_END = re.compile(r"[.!?;](?=\s|$)")
_HEAD = re.compile(r"^[^,:(]*?(?= with |,|:|\(|$)")
# Words that say nothing of a quantity, in the form of `_words`.
_ARTICLES, _VERBS = {"the", "a", "an"}, {"wa", "were", "i", "are", "be", "been", "ha", "had", "have"}
_LINKS = {"of", "and", "or", "in", "with", "by", "for", "at", "on", "it", "that", "thi", "which"}
_FEW_WORDS = frozenset(_ARTICLES | _VERBS | _LINKS)
_OF_A_LEVEL = frozenset({"with", "at", "arm", "setting", "level", "value", "control", "="})
_METRIC = frozenset({"experiment.metric", "test.metric", "compare.metric"})
_OPERATIONS = {
    "difference": {"difference", "differ"},
    "ratio": {"ratio"},
    "percent_change": {"change"},
    "mean": {"mean", "average"},
    "minimum": {"minimum"},
    "maximum": {"maximum"},
    "count": {"number", "count"},
}


@dataclass(frozen=True)
class _Place:
    """The words before and after a fact, up to the next one or the end of the sentence, nearest first.

    `beside` are the facts where they end, "" where the sentence does.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    beside: tuple[str, str]

    def is_as(self, other: _Place) -> bool:
        """Whether a word is the same that says something; where none does, as in "a and b", all that is there."""
        mine = self.neighbours
        return bool(mine & other.neighbours) if mine else self == other

    @property
    def neighbours(self) -> frozenset[tuple[str, str]]:
        """The nearest word on each side that says something."""
        sides = (("before", self.before), ("after", self.after))
        return frozenset((side, word) for side, words in sides for word in _telling(words)[:1])


def unnamed_facts(slot: str, original: str, text: str, book: Book) -> Iterator[Objection]:
    """Objections to facts of which the text does not say what they are."""
    known = [(each.name, _place(original, each, book)) for each in _facts(original, book)]
    for each in _facts(text, book):
        place, fact = _place(text, each, book), book.facts[each.name]
        is_as_it_was = any(name == each.name and place.is_as(other) for name, other in known)
        if not (is_as_it_was or _is_named(fact, place, book)):
            span = text[each.start : each.end]
            reason = f"say just before it what it is ({fact.label}), or keep the words beside it"
            yield Objection(slot, 1, each.start + 1, span, "unnamed_fact", reason)


def _is_named(fact: Fact, place: _Place, book: Book) -> bool:
    if fact.unit == "level":
        return not _OF_A_LEVEL.isdisjoint(place.before[:1])
    if fact.unit == "runs":
        return fact.id.endswith((".n", "experiment.runs")) and place.after[:1] == ("run",)
    said = set(place.before)
    if fact.id.startswith("derived.") and fact.inputs and fact.inputs[0] in book.facts:
        operation = fact.id.removeprefix("derived.").partition("[")[0]
        return bool(said & _OPERATIONS[operation]) and _head(book.facts[fact.inputs[0]]) <= said
    return bool(head := _head(fact)) and head <= said


def _head(fact: Fact) -> set[str]:
    """`mean of accuracy with model.lr=0.01, over …` is a mean and an accuracy."""
    found = _HEAD.match(fact.label)
    return set(_telling(_words(found[0] if found else fact.label)))


def _facts(text: str, book: Book) -> Iterator[Placeholder]:
    """Values; the name of the metric is a word like others."""
    for each in placeholders(text):
        if each.kind == "f" and each.name in book.facts and each.name not in _METRIC:
            yield each


def _place(text: str, fact: Placeholder, book: Book) -> _Place:
    others = list(_facts(text, book))
    last = max((one for one in others if one.end <= fact.start), key=lambda one: one.end, default=None)
    following = min((one for one in others if one.start >= fact.end), key=lambda one: one.start, default=None)
    *ended, before = _END.split(_spelled(text[last.end if last else 0 : fact.start], book))
    after, *begun = _END.split(_spelled(text[fact.end : following.start if following else len(text)], book))
    beside = "" if ended or last is None else last.name, "" if begun or following is None else following.name
    return _Place(tuple(reversed(_words(before))), tuple(_words(after)), beside)


def _spelled(text: str, book: Book) -> str:
    """With the name of the metric in the place of its placeholder, and no other."""
    for each in sorted(placeholders(text), key=lambda one: -one.start):
        metric = book.facts[each.name].value if each.kind == "f" and each.name in book.facts else None
        if each.kind == "spec" and each.name in _METRIC:
            metric = (book.spec.get("compare") or {}).get("metric")
        text = f"{text[: each.start]} {metric or ''} {text[each.end :]}"
    return text


def _words(text: str) -> list[str]:
    """Without the `s` of a plural."""
    return [word.casefold().removesuffix("s") for word in _WORD.findall(text)]


def _telling(words: list[str] | tuple[str, ...]) -> list[str]:
    return [word for word in words if word not in _FEW_WORDS]
