"""Read the series of metrics over the epochs of each run.

Epochs count from 1, as `epochs` of a run does. A metric that was logged at every step gives two series: `x` has one
value per epoch, and `x_step` has the values of the steps, with the epoch of each step in `epochs`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean

from agents.extraction.evidence import EVALUATION, History, RunFiles
from agents.facts.ids import metric_part
from agents.facts.series import Series
from agents.facts.subject import run_subject

# Maximum number of values in a series. A longer series keeps the largest value of each section, so no spike is lost.
MAX_VALUES = 5000
Points = list[tuple[int, float]]  # (epoch, value)


def series_of(runs: Sequence[RunFiles]) -> Iterator[Series]:
    """Yield the series of each point, sorted by metric. Metrics of the test split have no series."""
    for run in runs:
        if run.history is None:
            continue
        test_metrics = run.documents[EVALUATION].content if EVALUATION in run.documents else {}
        logged = {name: points for name, points in _logged(run.history).items() if name not in test_metrics}
        for metric, points in _by_epoch_and_step(logged):
            epochs, values = zip(*points, strict=True)
            yield Series(str(run_subject(run.point)), metric_part(metric), epochs, values, run.history.source)


def _logged(history: History) -> dict[str, Points]:
    """Return the values of each metric in the order of logging, without cells that are not numbers."""
    logged: dict[str, Points] = {}
    for row in history.rows:
        epoch = _number(row.get("epoch")) or 0.0
        for name in set(row) - {"epoch", "step", None}:
            value = _number(row[name])
            if value is not None:
                logged.setdefault(name, []).append((int(epoch) + 1, value))
    return logged


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return None


def _by_epoch_and_step(logged: dict[str, Points]) -> Iterator[tuple[str, Points]]:
    for name in sorted(logged):
        points = logged[name]
        if name.endswith("_epoch") and name.removesuffix("_epoch") in logged:
            continue  # becomes the series of the metric itself
        if len({epoch for epoch, _ in points}) == len(points):
            yield name, points
        else:
            yield name, logged.get(f"{name}_epoch") or _epoch_means(points)
            yield f"{name}_step", _thinned(points)


def _epoch_means(points: Points) -> Points:
    epochs = sorted({epoch for epoch, _ in points})
    return [(epoch, fmean(value for value_epoch, value in points if value_epoch == epoch)) for epoch in epochs]


def _thinned(points: Points) -> Points:
    section = math.ceil(len(points) / MAX_VALUES)
    return [max(points[start : start + section], key=_size) for start in range(0, len(points), section)]


def _size(point: tuple[int, float]) -> float:
    return math.inf if math.isnan(point[1]) else abs(point[1])
