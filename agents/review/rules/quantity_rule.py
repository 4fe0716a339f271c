"""Object to values that are called another quantity: a deviation called a mean, a loss called an accuracy."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from agents.review.text.mention_alignment import Mention, by_position, misplaced
from agents.review.text.objection import Mark
from agents.review.text.passage import Passage
from agents.review.text.quantity_words import MEASURED_FACT, NOT_METRICS, STATISTIC_WORD, STATISTICS
from agents.review.text.rule import Context
from agents.review.text.subjects import compared

_TEST_FACT = re.compile(
    r"(?:contrast\[.*\]\.[^.]+|test)\.(?P<kind>difference|improvement|low|high|p|p_adjusted|alpha|minimum_effect)"
)
_DIFFERENCE = ("difference", "improvement", "low", "high")
_KINDS = {
    "difference": _DIFFERENCE,
    "differences": _DIFFERENCE,
    "p": ("p", "p_adjusted"),
    "alpha": ("alpha",),
    "interval": ("low", "high"),
    "minimum": ("minimum_effect",),
}
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
                reason = f"the value is a {value.of}, called another quantity"
                yield Mark(value.start, value.end, "swapped_quantity", reason)


def _is_part(name: str, value: str) -> bool:
    return name in value.split("_")


def _is_of_kind(name: str, value: str) -> bool:
    return value in _KINDS[name]


def _statistics(passage: Passage, _: Context, clause: Span) -> Mentions:
    words = _words(passage, STATISTIC_WORD, clause)
    names = (Mention(word.start, word.end, STATISTICS[word.of], True) for word in words)
    return by_position([*_values(passage, MEASURED_FACT, "statistic", clause), *names])


def _metrics(passage: Passage, context: Context, clause: Span) -> Mentions:
    measured = _values(passage, MEASURED_FACT, "metric", clause)
    values = [value for value in measured if value.of not in NOT_METRICS]
    if not context.metric_words or not values:
        return []
    names = list(_words(passage, re.compile(rf"\b(?:{'|'.join(context.metric_words)})\b"), clause))
    if metric := compared(context.book, "metric").split("_")[-1]:
        for placeholder in passage.placeholders_in(*clause):
            if (placeholder.kind, placeholder.name) in _METRIC_NAMES:
                names.append(Mention(placeholder.start, placeholder.end, metric, True))
    return by_position([*values, *names])


def _test_results(passage: Passage, _: Context, clause: Span) -> Mentions:
    values = list(_values(passage, _TEST_FACT, "kind", clause))
    return by_position([*values, *_words(passage, _KIND_WORD, clause)]) if values else []


def _values(passage: Passage, fact_id: re.Pattern[str], part: str, clause: Span) -> Iterable[Mention[str]]:
    """Yield the fact placeholders of a clause whose id matches, with a part of the id."""
    for placeholder in passage.placeholders_in(*clause):
        match = fact_id.fullmatch(placeholder.name) if placeholder.kind == "f" else None
        if match and match[part]:
            yield Mention(placeholder.start, placeholder.end, match[part], False)


def _words(passage: Passage, pattern: re.Pattern[str], clause: Span) -> Iterator[Mention[str]]:
    for match in pattern.finditer(passage.folded.text):
        start, end = passage.folded.span(*match.span())
        if clause[0] <= start < clause[1]:
            yield Mention(start, end, match[0], True)
