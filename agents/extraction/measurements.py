"""Read the numbers that a run measured, each with its source file."""

from __future__ import annotations

import math

from agents.extraction.evidence import EVALUATION, METRICS, SYSTEM, RunFiles
from agents.facts.fact import Source
from agents.facts.ids import metric_part

Measured = tuple[float | int | None, Source]
_NOT_METRICS = frozenset({"schema_version", "n"})
_OTHER_FACTS = frozenset({"seconds", "failure", "seed", "id", "system"})  # names of other facts of a run


def metrics(run: RunFiles) -> dict[str, Measured]:
    """Return the metrics by name, none for a failed run. Numbers that were not finite are None.

    If both files contain a metric, the value of the evaluation is used, because it belongs to the test split.
    """
    numbers: dict[str, Measured] = {}
    for path in (METRICS, EVALUATION) if run.is_completed else ():
        numbers |= _numbers(run, path)
    return {name: measured for name, measured in numbers.items() if name not in _OTHER_FACTS}


def system_metrics(run: RunFiles) -> dict[str, Measured]:
    """Return the resource usage of a completed run, without missing values."""
    numbers = _numbers(run, SYSTEM) if run.is_completed else {}
    return {name: measured for name, measured in numbers.items() if measured[0] is not None}


def finite_value(run: RunFiles, metric: str) -> float | None:
    """Return the value of a metric, None if it is missing or not finite."""
    number = metrics(run).get(metric, (None,))[0]
    return None if number is None else float(number)


def _numbers(run: RunFiles, path: str) -> dict[str, Measured]:
    document = run.documents.get(path)
    if document is None:
        return {}
    numbers = {key: value for key, value in document.content.items() if key not in _NOT_METRICS and _is_number(value)}
    return {metric_part(key): (_finite(numbers[key]), document.source) for key in sorted(numbers)}


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _finite(value: float | int | None) -> float | int | None:
    try:
        return value if value is not None and math.isfinite(value) else None
    except OverflowError:  # an integer that does not fit into a float
        return None
