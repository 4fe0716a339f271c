"""The numbers that a run measured, each with the file it stands in."""

from __future__ import annotations

import math

from agents.extraction.evidence import EVALUATION, METRICS, SYSTEM, RunFiles
from agents.facts.fact import Source
from agents.facts.ids import plain

Measured = tuple[float | int | None, Source]
_NOT_METRICS = frozenset({"schema_version", "n"})
_TAKEN = frozenset({"seconds", "failure", "seed", "id", "system"})  # other facts of a run have these names


def metrics(run: RunFiles) -> dict[str, Measured]:
    """By name; of a failed run none. None for a number that was not finite, which trainings write as null.

    Both files may hold a metric: the later one wins, it is the test split's.
    """
    found: dict[str, Measured] = {}
    for path in (METRICS, EVALUATION) if run.is_completed else ():
        found |= _numbers(run, path)
    return {name: one for name, one in found.items() if name not in _TAKEN}


def system_metrics(run: RunFiles) -> dict[str, Measured]:
    """What a completed run cost. What it did not measure is left out."""
    found = _numbers(run, SYSTEM) if run.is_completed else {}
    return {name: one for name, one in found.items() if one[0] is not None}


def value(run: RunFiles, metric: str) -> float | None:
    """A finite number, or None."""
    number = metrics(run).get(metric, (None,))[0]
    return None if number is None else float(number)


def _numbers(run: RunFiles, path: str) -> dict[str, Measured]:
    document = run.documents.get(path)
    if document is None:
        return {}
    wanted = {key: one for key, one in document.content.items() if key not in _NOT_METRICS and _is_number(one)}
    return {plain(key): (_finite(wanted[key]), document.source) for key in sorted(wanted)}


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _finite(value: float | int | None) -> float | int | None:
    try:
        return value if value is not None and math.isfinite(value) else None
    except OverflowError:  # an integer beyond every float
        return None
