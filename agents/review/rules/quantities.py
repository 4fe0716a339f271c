"""A mean is told as a mean, an accuracy as an accuracy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.context.case import Book
from agents.review.text.mention_alignment import Mention, misplaced
from agents.review.text.passage import Mark, Passage

MEASURED = re.compile(r"(?:arm|cell|run)\[.*?\]\.(?P<metric>[^.]+)(?:\.(?P<statistic>mean|sd|min|max))?")
STATISTICS = {"mean": "mean", "means": "mean", "average": "mean", "averages": "mean", "sd": "sd", "deviation": "sd"}
STATISTICS |= {"deviations": "sd", "minimum": "min", "minima": "min", "maximum": "max", "maxima": "max"}
STATISTIC = re.compile(rf"\b(?:{'|'.join(sorted(STATISTICS, key=len, reverse=True))})\b")
_TESTED = re.compile(
    r"(?:contrast\[.*\]\.[^.]+|test)\.(?P<kind>difference|improvement|low|high|p|p_adjusted|alpha|minimum_effect)"
)
_KINDS = {"difference": "difference improvement low high", "differences": "difference improvement low high"}
_KINDS |= {"p": "p p_adjusted", "alpha": "alpha", "interval": "low high", "minimum": "minimum_effect"}
_KIND = re.compile(r"(?<!no )\b(?:differences?|p|alpha|interval|minimum)\b")
OTHERS = frozenset(("seconds", "system", "failure", "seed", "id", "epochs", "level", "n", "failed"))


def metric_heads(book: Book) -> frozenset[str]:
    """The last words of the metrics that were measured: accuracy, loss."""
    found = (MEASURED.fullmatch(name) for name in book.facts)
    metrics = {match["metric"] for match in found if match} - OTHERS
    return frozenset(metric.split("_")[-1] for metric in metrics if metric.split("_")[-1].isalpha())


def quantities(passage: Passage, book: Book, heads: frozenset[str]) -> Iterator[Mark]:
    if not passage.placeholders:
        return
    for start, end in (clause for sentence in passage.sentences for clause in passage.clauses(*sentence)):
        for mentions, fits in (
            (_statistics(passage, start, end), _is_part),
            (_metrics(passage, book, heads, start, end), _is_part),
            (_tested(passage, start, end), _is_kind),
        ):
            for one in misplaced(mentions, fits):
                yield Mark(one.start, one.end, "swapped_quantity", f"this value is a {one.what}, told as another thing")


def _is_part(name: str, value: str) -> bool:
    return name in value.split("_")


def _is_kind(name: str, value: str) -> bool:
    return value in _KINDS[name].split()


def _tested(passage: Passage, start: int, end: int) -> list[Mention[str]]:
    found = ((one, _TESTED.fullmatch(one.name)) for one in passage.named(start, end) if one.kind == "f")
    values = [Mention(one.start, one.end, match["kind"], False) for one, match in found if match]
    names = (
        [Mention(left, right, word, True) for left, right, word in _words(passage, _KIND, start, end)] if values else []
    )
    return sorted([*values, *names], key=lambda one: one.start)


def _statistics(passage: Passage, start: int, end: int) -> list[Mention[str]]:
    values = _values(passage, start, end, "statistic")
    words = _words(passage, STATISTIC, start, end)
    names = [Mention(left, right, STATISTICS[word], True) for left, right, word in words]
    return sorted([*values, *names], key=lambda one: one.start)


def _metrics(passage: Passage, book: Book, heads: frozenset[str], start: int, end: int) -> list[Mention[str]]:
    values = [one for one in _values(passage, start, end, "metric") if one.what not in OTHERS]
    if not heads or not values:
        return []
    words = _words(passage, re.compile(rf"\b(?:{'|'.join(heads)})\b"), start, end)
    names = [Mention(left, right, word, True) for left, right, word in words]
    metric = str((book.spec.get("compare") or {}).get("metric", ""))
    for one in passage.named(start, end):
        if (one.kind, one.name) in (("spec", "compare.metric"), ("f", "test.metric")) and metric:
            names.append(Mention(one.start, one.end, metric.split("_")[-1], True))
    return sorted([*values, *names], key=lambda one: one.start)


def _values(passage: Passage, start: int, end: int, part: str) -> list[Mention[str]]:
    found = ((one, MEASURED.fullmatch(one.name)) for one in passage.named(start, end) if one.kind == "f")
    return [Mention(one.start, one.end, match[part], False) for one, match in found if match and match[part]]


def _words(passage: Passage, pattern: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int, str]]:
    reading = passage.readings[0]
    for match in pattern.finditer(reading.text):
        left, right = reading.span(*match.span())
        if start <= left < end:
            yield left, right, match[0]
