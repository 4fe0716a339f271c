"""The courses of metrics over the epochs of each run.

Epochs count from 1, as `epochs` of a run does. A metric logged at every step gives two series: `x`, its value for each
epoch, and `x_step`, where `epochs` says in which epoch each step fell, several times the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import fmean

from agents.extraction.evidence import EVALUATION, History, RunFiles
from agents.facts.fact import Series
from agents.facts.ids import plain
from agents.facts.subject import run_subject

LONGEST = 5000  # values of a series; from here on each stretch of steps gives its largest, so that no spike is lost
Logged = list[tuple[int, float]]  # (epoch, value)


def series_of(runs: Sequence[RunFiles]) -> Iterator[Series]:
    """In the order of the points, by metric. What was measured on the test split has no course."""
    for run in runs:
        if run.history is None:
            continue
        logged = _logged(run.history)
        tested = run.documents[EVALUATION].content if EVALUATION in run.documents else {}
        for metric, points in _courses({name: one for name, one in logged.items() if name not in tested}):
            epochs, values = zip(*points, strict=True)
            yield Series(str(run_subject(run.point)), plain(metric), epochs, values, run.history.source)


def _logged(history: History) -> dict[str, Logged]:
    """The values of each metric in the order of logging. A cell that is no number is not one that was logged."""
    found: dict[str, Logged] = {}
    for row in history.rows:
        epoch = _number(row.get("epoch")) or 0.0
        for name in set(row) - {"epoch", "step", None}:
            value = _number(row[name])
            if value is not None:
                found.setdefault(name, []).append((int(epoch) + 1, value))
    return found


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return None


def _courses(logged: dict[str, Logged]) -> Iterator[tuple[str, Logged]]:
    for name in sorted(logged):
        points = logged[name]
        if name.endswith("_epoch") and name.removesuffix("_epoch") in logged:
            continue  # told as the course of the metric itself
        if len({epoch for epoch, _ in points}) == len(points):
            yield name, points
        else:
            yield name, logged.get(f"{name}_epoch") or _means(points)
            yield f"{name}_step", _thinned(points)


def _means(points: Logged) -> Logged:
    epochs = sorted({epoch for epoch, _ in points})
    return [(epoch, fmean(value for at, value in points if at == epoch)) for epoch in epochs]


def _thinned(points: Logged) -> Logged:
    stretch = math.ceil(len(points) / LONGEST)
    return [max(points[at : at + stretch], key=_size) for at in range(0, len(points), stretch)]


def _size(point: tuple[int, float]) -> float:
    return math.inf if math.isnan(point[1]) else abs(point[1])
