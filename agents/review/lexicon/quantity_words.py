"""Find the words that name the quantity of a value: a statistic, a metric or a prediction."""

from __future__ import annotations

import re
from typing import NamedTuple

from agents.context.case import Book
from agents.facts.subject import parse_fact_id
from agents.review.text.word_lists import alternatives, whole_words, word_lists

_LISTS = word_lists(__file__)
_MOMENTS = frozenset({"mean", "sd", "min", "max"})
STATISTICS: dict[str, str] = _LISTS["statistics"]
STATISTIC_WORD = whole_words(sorted(STATISTICS, key=len, reverse=True))
NOT_METRICS = frozenset(_LISTS["not_metrics"])
PREDICTION_WORD = re.compile(rf"\b(?:{alternatives(_LISTS, 'prediction')})\b")


class Measurement(NamedTuple):
    metric: str
    statistic: str  # empty for the value of one run


def measurement(fact_id: str) -> Measurement | None:
    """Return the metric and statistic in a fact's id, or None if it does not measure a run, arm or cell."""
    parsed = parse_fact_id(fact_id)
    metric, dot, statistic = parsed.name.partition(".")
    if parsed.kind not in ("arm", "cell", "run") or not metric or (dot and statistic not in _MOMENTS):
        return None
    return Measurement(metric, statistic)


def metric_words(book: Book) -> frozenset[str]:
    """Return the last words of the measured metrics, such as `accuracy` and `loss`."""
    metrics = {measured.metric for fact_id in book.facts if (measured := measurement(fact_id))} - NOT_METRICS
    return frozenset(word for metric in metrics if (word := metric.split("_")[-1]).isalpha())
