"""Words that say which quantity a value is: a statistic, a metric, a prediction."""

from __future__ import annotations

import re

from agents.context.case import Book
from agents.review.text.word_lists import alternatives, whole_words, word_lists

_LISTS = word_lists(__file__)
MEASURED_FACT = re.compile(r"(?:arm|cell|run)\[.*?\]\.(?P<metric>[^.]+)(?:\.(?P<statistic>mean|sd|min|max))?")
STATISTICS: dict[str, str] = _LISTS["statistics"]
STATISTIC_WORD = whole_words(sorted(STATISTICS, key=len, reverse=True))
NOT_METRICS = frozenset(_LISTS["not_metrics"])
PREDICTION_WORD = re.compile(rf"\b(?:{alternatives(_LISTS, 'prediction')})\b")


def metric_words(book: Book) -> frozenset[str]:
    """Return the last words of the measured metrics, such as `accuracy` and `loss`."""
    matches = (MEASURED_FACT.fullmatch(fact_id) for fact_id in book.facts)
    metrics = {match["metric"] for match in matches if match} - NOT_METRICS
    return frozenset(word for metric in metrics if (word := metric.split("_")[-1]).isalpha())
