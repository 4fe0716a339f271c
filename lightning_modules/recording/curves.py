"""Plot the learning curves of a run: a panel for the losses, and one for each other metric of the validation."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from compiler.base.metric_split import parse_metric
from lightning_modules.recording.history import History, LoggedValue

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_PANELS = 4
_COLORS = {"train": "#1f5a93", "validation": "#c8501e", None: "#3a7d44"}  # distinguishable in greyscale
_STEP_COLOR = "#b4c6da"
_EPOCH_STYLE: dict[str, Any] = {"marker": "o", "markersize": 4, "linewidth": 1.8}
_AVERAGED = re.compile(r"_(?:step|epoch)$")


@dataclass
class Panel:
    """The curves of one quantity by the name of their metric, and the values of the test."""

    curves: dict[str, Sequence[LoggedValue]] = field(default_factory=dict)
    test: dict[str, float] = field(default_factory=dict)


def draw_curves(history: History, title: str, target: Path | BinaryIO, test_metrics: Collection[str] = ()) -> bool:
    """Plot losses and metrics over optimizer steps, and return whether there was anything to plot.

    Without a finite value, no file is written. Non-finite values leave a gap. `test_metrics` are those of the test
    split, which are drawn as lines. Positions of ticks, titles and margins are fixed, because matplotlib takes long to
    compute them.
    """
    panels = list(panels_of(history, test_metrics).items())[:MAX_PANELS]
    if not panels:
        return False
    from matplotlib.figure import Figure  # pyplot would double the import time and keep global state

    figure = Figure(figsize=(5.2 * len(panels), 3.8))
    figure.suptitle(title, fontsize=11)
    row = figure.subplots(1, len(panels), sharex=True, squeeze=False)[0]
    for axes, (quantity, panel) in zip(row, panels, strict=True):
        _draw(axes, quantity, panel)
    figure.subplots_adjust(left=0.16 / len(panels), right=0.98, bottom=0.14, top=0.84, wspace=0.22)
    figure.savefig(target, format="png", dpi=120, metadata={"Software": None}, pil_kwargs={"compress_level": 3})
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


def _draw(axes: Axes, quantity: str, panel: Panel) -> None:
    for name, points in panel.curves.items():
        axes.plot(
            [point.step + 1 for point in points], [point.value for point in points], label=name, **_style(name, points)
        )
    for name, value in panel.test.items():
        axes.axhline(value, label=f"{name}, at the end: {value:.3g}", color="#444444", linestyle="--", linewidth=1.2)
    axes.set_ylabel(quantity)
    axes.set_title(quantity, fontsize=10, y=1.0)
    axes.set_xlabel("optimizer steps")
    axes.locator_params(nbins=4)
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, frameon=False, loc="center right")


def _style(name: str, points: Sequence[LoggedValue]) -> dict[str, Any]:
    """Return a thin line without markers for a metric that was logged at every step."""
    split = parse_metric(name).split
    if len({point.epoch for point in points}) < len(points) and split == "train":
        return {"color": _STEP_COLOR, "linewidth": 1.0}
    return {"color": _COLORS.get(split), **_EPOCH_STYLE}
