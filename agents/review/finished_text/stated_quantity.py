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
    clause = next((left for left, right in passage.clauses(*sentence) if left <= start < right), sentence[0])
    before = passage.folded_text(clause, start)
    statistic, metric = _last_match(STATISTIC_WORD, before), _last_match(metrics, before)
    is_prediction = bool(PREDICTION_WORD.search(passage.folded_text(*sentence)))
    allowed = (candidate for candidate in candidates if is_prediction or not candidate.is_prediction)
    return [candidate for candidate in allowed if _agrees(candidate, statistic, metric)]


def _last_match(pattern: re.Pattern[str] | None, text: str) -> str:
    matches = pattern.findall(text) if pattern else []
    return matches[-1] if matches else ""


def _agrees(candidate: KnownNumber, statistic: str, metric: str) -> bool:
    if candidate.name.startswith("best."):
        return (not metric or metric in candidate.name) and STATISTICS.get(statistic, "mean") == "mean"
    measured = measurement(candidate.name)
    if measured is None:
        return True
    if statistic and STATISTICS[statistic] != measured.statistic:
        return False
    return not metric or metric in measured.metric.split("_") or measured.metric in NOT_METRICS
