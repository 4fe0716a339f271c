"""What a sentence says that its number is: a mean, a loss, a prediction."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agents.review.finished_text.known_numbers import Known
from agents.review.rules.quantities import MEASURED, OTHERS, STATISTIC, STATISTICS
from agents.review.text.passage import Passage

_PREDICTED = re.compile(r"\b(?:predict\w*|forecast\w*|extrapolat\w*|interpolat\w*|what-if)\b")


def as_told(passage: Passage, start: int, known: Iterable[Known], metrics: re.Pattern[str] | None) -> list[Known]:
    """Those of `known` that the number at `start` can be, by the words before it in its clause."""
    sentence = passage.sentence_at(start)
    clause = next((left for left, right in passage.clauses(*sentence) if left <= start < right), sentence[0])
    before = passage.readings[0].between(clause, start)
    statistic, metric = _last(STATISTIC, before), _last(metrics, before)
    is_predicted = bool(_PREDICTED.search(passage.readings[0].between(*sentence)))
    return [one for one in known if _can_be(one, statistic, metric) and (is_predicted or not one.is_prediction)]


def _last(pattern: re.Pattern[str] | None, text: str) -> str:
    found = pattern.findall(text) if pattern else []
    return found[-1] if found else ""


def _can_be(known: Known, statistic: str, metric: str) -> bool:
    if known.name.startswith("best."):
        return (not metric or metric in known.name) and STATISTICS.get(statistic, "mean") == "mean"
    measured = MEASURED.fullmatch(known.name)
    if measured is None:
        return True
    if statistic and STATISTICS[statistic] != measured["statistic"]:
        return False
    return not metric or metric in measured["metric"].split("_") or measured["metric"] in OTHERS
