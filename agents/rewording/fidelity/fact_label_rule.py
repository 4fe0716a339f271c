"""Object to facts whose quantity the text does not name, because a model may use a placeholder for another quantity.

The original text is correct, so a fact whose adjacent words are kept is accepted. For any other fact, the words before
it must include those of its label. This is stricter than necessary, and a correct text may have to be reworded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.context.case import Book
from agents.documents.placeholders import Placeholder, placeholders
from agents.facts.fact import Fact
from agents.review.lexicon.subjects import tested_metric
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.review.text.word_lists import word_lists
from agents.rewording.fidelity.rewording_context import RewordingContext

_LISTS = word_lists(__file__)
_FUNCTION_WORDS = frozenset(_LISTS["function_words"])
_BEFORE_LEVEL = frozenset(_LISTS["before_level"])
_OPERATION_WORDS = {operation: frozenset(words) for operation, words in _LISTS["operations"].items()}
_WORD = re.compile(r"[^\W\d_]+|=")
_SENTENCE_END = re.compile(r"[.!?;](?=\s|$)")
_LABEL_HEAD = re.compile(r"^[^,:(]*?(?= with |,|:|\(|$)")
_METRIC_NAMES = frozenset({"experiment.metric", "test.metric", "compare.metric"})


@dataclass(frozen=True)
class _Neighbourhood:
    """The words before and after a fact, nearest first, up to the next fact or the end of the sentence.

    `facts` are the ids of the facts that end the words on each side; "" if the sentence ends them.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    facts: tuple[str, str]

    def agrees_with(self, other: _Neighbourhood) -> bool:
        """Return whether both share an adjacent content word. Without any ("a and b"), everything must be equal."""
        words = self._adjacent_words
        return bool(words & other._adjacent_words) if words else self == other

    @property
    def _adjacent_words(self) -> frozenset[tuple[str, str]]:
        """The nearest content word on each side."""
        sides = (("before", self.before), ("after", self.after))
        return frozenset((side, word) for side, words in sides for word in _content_words(words)[:1])


def check_fact_labels(passage: Passage, context: RewordingContext) -> Iterator[Mark]:
    book, original = context.book, context.original.text
    originals = [(fact.name, _neighbourhood(original, fact, book)) for fact in _fact_placeholders(original, book)]
    for placeholder in _fact_placeholders(passage.text, book):
        words, fact = _neighbourhood(passage.text, placeholder, book), book.facts[placeholder.name]
        is_kept = any(name == fact.id and words.agrees_with(other) for name, other in originals)
        if not (is_kept or _is_named(fact, words, book)):
            reason = f"name its quantity directly before it ({fact.label}), or keep the original words beside it"
            yield Mark(placeholder.start, placeholder.end, "unnamed_fact", reason)


def _is_named(fact: Fact, words: _Neighbourhood, book: Book) -> bool:
    if fact.unit == "level":
        return not _BEFORE_LEVEL.isdisjoint(words.before[:1])
    if fact.unit == "runs":
        return fact.id.endswith((".n", "experiment.runs")) and words.after[:1] == ("run",)
    before = frozenset(words.before)
    if fact.id.startswith("derived.") and fact.inputs and fact.inputs[0] in book.facts:
        operation = fact.id.removeprefix("derived.").partition("[")[0]
        return bool(before & _OPERATION_WORDS[operation]) and _label_words(book.facts[fact.inputs[0]]) <= before
    return bool(label := _label_words(fact)) and label <= before


def _label_words(fact: Fact) -> frozenset[str]:
    """Return the words for the quantity: `mean` and `accuracy` of "mean of accuracy with model.lr=0.01, over …"."""
    head = _LABEL_HEAD.match(fact.label)
    return frozenset(_content_words(_words(head[0] if head else fact.label)))


def _fact_placeholders(text: str, book: Book) -> Iterator[Placeholder]:
    """Yield the placeholders of values. The name of the metric counts as a word."""
    for placeholder in placeholders(text):
        if placeholder.kind == "f" and placeholder.name in book.facts and placeholder.name not in _METRIC_NAMES:
            yield placeholder


def _neighbourhood(text: str, fact: Placeholder, book: Book) -> _Neighbourhood:
    facts_in_text = list(_fact_placeholders(text, book))
    previous = max(
        (other for other in facts_in_text if other.end <= fact.start), key=lambda other: other.end, default=None
    )
    following = min(
        (other for other in facts_in_text if other.start >= fact.end), key=lambda other: other.start, default=None
    )
    text_before = text[previous.end if previous else 0 : fact.start]
    text_after = text[fact.end : following.start if following else len(text)]
    *earlier_sentences, before = _SENTENCE_END.split(_without_placeholders(text_before, book))
    after, *later_sentences = _SENTENCE_END.split(_without_placeholders(text_after, book))
    facts = (
        "" if earlier_sentences or previous is None else previous.name,
        "" if later_sentences or following is None else following.name,
    )
    return _Neighbourhood(tuple(reversed(_words(before))), tuple(_words(after)), facts)


def _without_placeholders(text: str, book: Book) -> str:
    """Replace placeholders of the metric by its name, and remove the others."""
    for placeholder in sorted(placeholders(text), key=lambda placeholder: -placeholder.start):
        value = book.facts[placeholder.name].value if placeholder.kind == "f" and placeholder.name in book.facts else ""
        if placeholder.kind == "spec" and placeholder.name in _METRIC_NAMES:
            value = tested_metric(book)
        text = f"{text[: placeholder.start]} {value or ''} {text[placeholder.end :]}"
    return text


def _words(text: str) -> list[str]:
    """Return the words in lower case, without a plural s."""
    return [word.casefold().removesuffix("s") for word in _WORD.findall(text)]


def _content_words(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _FUNCTION_WORDS]
