"""Object to values that are called another quantity, for example a standard deviation that is called a mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from agents.facts.subject import parse_fact_id
from agents.review.lexicon.quantity_words import NOT_METRICS, STATISTIC_WORD, STATISTICS, measurement
from agents.review.lexicon.subjects import tested_metric
from agents.review.rule import Context
from agents.review.text.mention_alignment import Mention, by_position, misplaced
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage

_DIFFERENCE = ("difference", "improvement", "low", "high")
_KINDS = {
    "difference": _DIFFERENCE,
    "differences": _DIFFERENCE,
    "p": ("p", "p_adjusted"),
    "alpha": ("alpha",),
    "interval": ("low", "high"),
    "minimum": ("minimum_effect",),
}
_TEST_RESULTS = frozenset(kind for kinds in _KINDS.values() for kind in kinds)
_KIND_WORD = re.compile(r"(?<!no )\b(?:differences?|p|alpha|interval|minimum)\b")
_METRIC_NAMES = (("spec", "compare.metric"), ("f", "test.metric"))
Span = tuple[int, int]
Mentions = list[Mention[str]]


def check_quantities(passage: Passage, context: Context) -> Iterator[Mark]:
    if not passage.placeholders:
        return
    checks: tuple[tuple[Callable[[Passage, Context, Span], Mentions], Callable[[str, str], bool]], ...] = (
        (_statistics, _is_part),
        (_metrics, _is_part),
        (_test_results, _is_of_kind),
    )
    for clause in (clause for sentence in passage.sentences for clause in passage.clauses(*sentence)):
        for mentions, fits in checks:
            for value in misplaced(mentions(passage, context, clause), fits):
                reason = f"the value is a {value.of}, and the text names another quantity"
                yield Mark(value.start, value.end, "swapped_quantity", reason)


def _is_part(name: str, value: str) -> bool:
    return name in value.split("_")


def _is_of_kind(name: str, value: str) -> bool:
    return value in _KINDS[name]


def _statistics(passage: Passage, _: Context, clause: Span) -> Mentions:
    words = _words(passage, STATISTIC_WORD, clause)
    names = (Mention(word.start, word.end, STATISTICS[word.of], True) for word in words)
    return by_position([*_values(passage, _statistic, clause), *names])


def _metrics(passage: Passage, context: Context, clause: Span) -> Mentions:
    measured = _values(passage, _metric, clause)
    values = [value for value in measured if value.of not in NOT_METRICS]
    if not context.metric_words or not values:
        return []
    names = list(_words(passage, re.compile(rf"\b(?:{'|'.join(context.metric_words)})\b"), clause))
    if metric := tested_metric(context.book).split("_")[-1]:
        for placeholder in passage.placeholders_in(*clause):
            if (placeholder.kind, placeholder.name) in _METRIC_NAMES:
                names.append(Mention(placeholder.start, placeholder.end, metric, True))
    return by_position([*values, *names])


def _test_results(passage: Passage, _: Context, clause: Span) -> Mentions:
    values = list(_values(passage, _test_result, clause))
    return by_position([*values, *_words(passage, _KIND_WORD, clause)]) if values else []


def _statistic(fact_id: str) -> str:
    measured = measurement(fact_id)
    return measured.statistic if measured else ""


def _metric(fact_id: str) -> str:
    measured = measurement(fact_id)
    return measured.metric if measured else ""


def _test_result(fact_id: str) -> str:
    """Return the quantity of a fact of the test or of a contrast, such as a difference or p."""
    parsed = parse_fact_id(fact_id)
    owner, _, kind = parsed.name.rpartition(".")
    is_of_contrast = parsed.kind == "contrast" and owner and "." not in owner
    is_of_test = parsed.subject is None and owner == "test"
    return kind if (is_of_contrast or is_of_test) and kind in _TEST_RESULTS else ""


def _values(passage: Passage, quantity: Callable[[str], str], clause: Span) -> Iterable[Mention[str]]:
    """Yield the fact placeholders of a clause with the name of their quantity.

    `quantity` returns this name for the id of a fact, or "" if the placeholder is to be skipped.
    """
    for placeholder in passage.placeholders_in(*clause):
        if placeholder.kind == "f" and (name := quantity(placeholder.name)):
            yield Mention(placeholder.start, placeholder.end, name, False)


def _words(passage: Passage, pattern: re.Pattern[str], clause: Span) -> Iterator[Mention[str]]:
    for match in pattern.finditer(passage.folded.text):
        start, end = passage.folded.span(*match.span())
        if clause[0] <= start < clause[1]:
            yield Mention(start, end, match[0], True)
