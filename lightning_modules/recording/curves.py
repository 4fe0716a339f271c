"""Plot the learning curves of a run: a panel for the losses, and one for each other metric of the validation."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from compiler.base.metric_split import parse_metric
from lightning_modules.recording.canvas import Box, Canvas
from lightning_modules.recording.chart_panel import Curve, Interval, Points, draw_panel, range_of
from lightning_modules.recording.history import History, LoggedValue
from lightning_modules.recording.picture_text import DPI

MAX_PANELS = 4
_COLORS: dict[str | None, str] = {"train": "#1f5a93", "validation": "#c8501e"}  # distinguishable in greyscale
_OTHER_COLOR, _STEP_COLOR = "#3a7d44", "#b4c6da"
_WIDTH, _HEIGHT = 5.2, 3.8  # of a panel with its margins, in inches
_LEFT, _RIGHT, _BOTTOM, _TOP = 0.83, 0.15, 0.53, 0.61  # margins in inches
_AVERAGED = re.compile(r"_(?:step|epoch)$")


@dataclass
class Panel:
    """The curves of one quantity by the name of their metric, and the values of the test."""

    curves: dict[str, Sequence[LoggedValue]] = field(default_factory=dict)
    test: dict[str, float] = field(default_factory=dict)


def draw_curves(history: History, title: str, target: Path | BinaryIO, test_metrics: Collection[str] = ()) -> bool:
    """Plot losses and metrics over optimizer steps, and return whether there was anything to plot.

    Without a finite value, no file is written. Non-finite values leave a gap. `test_metrics` are those of the test
    split, which are drawn as lines.
    """
    panels = list(panels_of(history, test_metrics).items())[:MAX_PANELS]
    if not panels:
        return False
    canvas = Canvas(_WIDTH * len(panels), _HEIGHT)
    canvas.text(canvas.width / 2, canvas.height - 0.14 * DPI, title, 11)
    curves = {quantity: _logged_curves(panel) for quantity, panel in panels}
    x = range_of([curve for of_panel in curves.values() for curve in of_panel])
    for number, (quantity, panel) in enumerate(panels):
        left, right = (number * _WIDTH + _LEFT) * DPI, ((number + 1) * _WIDTH - _RIGHT) * DPI
        box = Box(left, _BOTTOM * DPI, right, (_HEIGHT - _TOP) * DPI)
        all_curves = [*curves[quantity], *_test_levels(panel, x)]
        draw_panel(canvas, box, quantity, ("optimizer steps", quantity), all_curves, x)
    canvas.save(target)
    return True


def panels_of(history: History, test_metrics: Collection[str] = ()) -> dict[str, Panel]:
    """Return the panels by quantity: first the loss, then the metrics of the validation, then the others.

    Metrics of the training are drawn beside those of the validation. If a training has no validation and no loss, all
    its metrics are drawn.
    """
    finite = {name: points for name, points in history.items() if any(math.isfinite(point.value) for point in points)}
    panels: dict[str, Panel] = {}
    for name in sorted(finite, key=lambda name: (not parse_metric(name).is_loss, name)):
        panel = panels.setdefault(_quantity(name), Panel())
        if name in test_metrics or parse_metric(name).split == "test":
            panel.test[name] = finite[name][-1].value
        else:
            panel.curves[name] = finite[name]
    drawn = {quantity: panel for quantity, panel in panels.items() if panel.curves}
    known = {quantity: panel for quantity, panel in drawn.items() if _is_expected(panel)}
    return known or drawn


def _quantity(name: str) -> str:
    return _AVERAGED.sub("", parse_metric(name).quantity)


def _is_expected(panel: Panel) -> bool:
    """Return whether a panel has a loss or a metric of the validation."""
    metrics = [parse_metric(name) for name in panel.curves]
    return any(metric.is_loss or metric.split == "validation" for metric in metrics)


def _logged_curves(panel: Panel) -> list[Curve]:
    return [_logged_curve(name, points) for name, points in panel.curves.items()]


def _logged_curve(name: str, logged: Sequence[LoggedValue]) -> Curve:
    """Return a thin line without marks for a metric that was logged at every step."""
    split, points = parse_metric(name).split, _points(logged)
    if len({value.epoch for value in logged}) < len(logged) and split == "train":
        return Curve(name, points, _STEP_COLOR, 1.0)
    return Curve(name, points, _COLORS.get(split, _OTHER_COLOR), 1.8, dot=5.0)


def _points(logged: Sequence[LoggedValue]) -> Points:
    return np.array([(value.step + 1, value.value) for value in logged], dtype=np.float64)


def _test_levels(panel: Panel, x: Interval) -> list[Curve]:
    return [
        Curve(f"{name}, at the end: {value:.3g}", np.array([(x[0], value), (x[1], value)]), "#444444", 1.2, 0.0, True)
        for name, value in panel.test.items()
    ]
