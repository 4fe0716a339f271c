"""Read the series of metrics over the epochs of each run.

Epochs count from 1, as `epochs` of a run does. A metric that was logged at every step gives two series: `x` has one
value per epoch, and `x_step` has the values of the steps, with the epoch of each step in `epochs`.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean

from agents.extraction.evidence import EVALUATION, Column, RunFiles
from agents.facts.ids import metric_part
from agents.facts.series import Series
from agents.facts.subject import run_subject

# Maximum number of values in a series. A longer series keeps the largest value of each section, so no spike is lost.
MAX_VALUES = 5000


def series_of(runs: Sequence[RunFiles]) -> Iterator[Series]:
    """Yield the series of each point, sorted by metric. Metrics of the test split have no series."""
    for run in runs:
        if run.history is None:
            continue
        test_metrics = run.documents[EVALUATION].content if EVALUATION in run.documents else {}
        logged = {name: column for name, column in run.history.columns.items() if name not in test_metrics}
        for metric, column in _by_epoch_and_step(logged):
            epochs, values = tuple(column.epochs), tuple(column.values)
            yield Series(str(run_subject(run.point)), metric_part(metric), epochs, values, run.history.source)


def _by_epoch_and_step(logged: Mapping[str, Column]) -> Iterator[tuple[str, Column]]:
    for name in sorted(logged):
        column = logged[name]
        if name.endswith("_epoch") and name.removesuffix("_epoch") in logged:
            continue  # becomes the series of the metric itself
        if len(set(column.epochs)) == len(column.epochs):
            yield name, column
        else:
            yield name, logged.get(f"{name}_epoch") or _epoch_means(column)
            yield f"{name}_step", _thinned(column)


def _epoch_means(column: Column) -> Column:
    values_by_epoch: dict[int, array[float]] = {}
    for epoch, value in zip(column.epochs, column.values, strict=True):
        values_by_epoch.setdefault(epoch, array("d")).append(value)
    epochs = sorted(values_by_epoch)
    return Column(array("q", epochs), array("d", (fmean(values_by_epoch[epoch]) for epoch in epochs)))


def _thinned(column: Column) -> Column:
    length = len(column.values)
    section = math.ceil(length / MAX_VALUES)
    sections = (range(start, min(start + section, length)) for start in range(0, length, section))
    kept = [max(indices, key=lambda index: _size(column.values[index])) for indices in sections]
    return Column(array("q", map(column.epochs.__getitem__, kept)), array("d", map(column.values.__getitem__, kept)))


def _size(value: float) -> float:
    return math.inf if math.isnan(value) else abs(value)
