"""Select the known numbers whose statistic and metric agree with the words before a stated number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agents.review.finished_text.known_numbers import KnownNumber
from agents.review.lexicon.quantity_words import NOT_METRICS, PREDICTION_WORD, STATISTIC_WORD, STATISTICS, measurement
from agents.review.text.passage import Passage


def fitting_quantities(
    passage: Passage, start: int, candidates: Iterable[KnownNumber], metrics: re.Pattern[str] | None
) -> list[KnownNumber]:
    """Return the candidates for the number at `start` whose statistic and metric agree with the words of its clause."""
    sentence = passage.sentence_at(start)
    clause = max(passage.clause_start(start), sentence[0])
    statistic, metric = (_last_word(passage, words, clause, start) for words in (STATISTIC_WORD, metrics))
    is_prediction = bool(passage.words_between(PREDICTION_WORD, *sentence))
    allowed = (candidate for candidate in candidates if is_prediction or not candidate.is_prediction)
    return [candidate for candidate in allowed if _agrees(candidate, statistic, metric)]


def _last_word(passage: Passage, pattern: re.Pattern[str] | None, start: int, end: int) -> str:
    words = passage.words_between(pattern, start, end) if pattern else []
    return words[-1] if words else ""


def _agrees(candidate: KnownNumber, statistic: str, metric: str) -> bool:
    if candidate.name.startswith("best."):
        return (not metric or metric in candidate.name) and STATISTICS.get(statistic, "mean") == "mean"
    measured = measurement(candidate.name)
    if measured is None:
        return True
    if statistic and STATISTICS[statistic] != measured.statistic:
        return False
    return not metric or metric in measured.metric.split("_") or measured.metric in NOT_METRICS
