"""Draw the learning curves of each arm: the mean over its runs, and their range."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

from agents.figures.style import GREY, LOOKS, Look, drawing, legend_below

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LOG_SCALE_RATIO = 1e3  # largest to smallest value; above it, a linear axis would flatten the curves of most arms
_MIN_RUNS_FOR_RANGE = 3  # with two runs, both are drawn
_MAX_MARKED_EPOCHS = 15  # longer curves have no markers


@dataclass(frozen=True)
class ArmCurves:
    """The curves of one arm, as one {epoch: value} for each run."""

    name: str
    runs: tuple[Mapping[int, float], ...]
    is_background: bool = False  # drawn grey and without a name, because there are too many arms

    @property
    def epochs(self) -> list[int]:
        return sorted({epoch for run in self.runs for epoch in run})

    @property
    def has_nonfinite(self) -> bool:
        return not all(math.isfinite(value) for run in self.runs for value in run.values())

    def values_at(self, epoch: int) -> list[float]:
        """Return the finite values of an epoch."""
        return [run[epoch] for run in self.runs if epoch in run and math.isfinite(run[epoch])]


def draw_learning_curves(
    folder: Path, name: str, panels: Mapping[str, Sequence[ArmCurves]], same_scale: Collection[str] = ()
) -> bool:
    """Draw one panel for each metric, and return whether any has a logarithmic axis.

    The metrics in `same_scale` share one vertical axis.
    """
    with drawing(folder, name, len(panels), height=2.7) as (figure, all_axes):
        is_log = [
            _draw_panel(axes, metric, arms) for axes, (metric, arms) in zip(all_axes, panels.items(), strict=True)
        ]
        _share_scale([axes for axes, metric in zip(all_axes, panels, strict=True) if metric in same_scale])
        legend_below(figure, all_axes[0])
    return any(is_log)


def _draw_panel(axes: Axes, metric: str, arms: Sequence[ArmCurves]) -> bool:
    from matplotlib.ticker import MaxNLocator

    looks = iter(LOOKS)
    for arm in sorted(arms, key=lambda arm: not arm.is_background):
        _draw_arm(axes, arm, Look(GREY, "-", "", "") if arm.is_background else next(looks))
    axes.set_xlabel("epoch")
    axes.set_ylabel(metric)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    is_log = _needs_log_scale([value for arm in arms for epoch in arm.epochs for value in arm.values_at(epoch)])
    if is_log:
        axes.set_yscale("log")
    return is_log


def _share_scale(panels: Sequence[Axes]) -> None:
    for axes in panels[1:]:
        if any(other.get_yscale() == "log" for other in panels):
            panels[0].set_yscale("log")
        axes.sharey(panels[0])
        axes.autoscale_view()


def _draw_arm(axes: Axes, arm: ArmCurves, look: Look) -> None:
    epochs = [epoch for epoch in arm.epochs if arm.values_at(epoch)]
    values = [arm.values_at(epoch) for epoch in epochs]
    style: dict[str, Any] = {"color": look.color, "linestyle": look.linestyle}
    means = list(map(fmean, values))
    if arm.is_background:
        axes.plot(epochs, means, marker="", linewidth=0.7, **style)
        return
    marker = look.marker if len(epochs) <= _MAX_MARKED_EPOCHS else ""
    axes.plot(epochs, means, label=arm.name, marker=marker, linewidth=1.4, **style)
    if len(arm.runs) >= _MIN_RUNS_FOR_RANGE:
        axes.fill_between(
            epochs, list(map(min, values)), list(map(max, values)), color=look.color, alpha=0.18, linewidth=0
        )
    elif len(arm.runs) > 1:
        for run in arm.runs:
            axes.plot(list(run), list(run.values()), linewidth=0.6, alpha=0.7, **style)
    _mark_divergence(axes, arm, look)


def _mark_divergence(axes: Axes, arm: ArmCurves, look: Look) -> None:
    """Draw a cross at the last finite value of each run that has non-finite values."""
    for run in arm.runs:
        finite = [epoch for epoch, value in run.items() if math.isfinite(value)]
        if finite and len(finite) < len(run):
            axes.plot([finite[-1]], [run[finite[-1]]], marker="x", markersize=7, color=look.color, linestyle="")


def _needs_log_scale(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > _LOG_SCALE_RATIO
