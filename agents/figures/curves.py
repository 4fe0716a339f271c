"""Learning curves by arm: the mean over its runs, and how far they spread."""

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

_WIDE = 1e3  # from this ratio on a linear axis shows one arm and hides the others
_BAND_FROM = 3  # runs; of two, both are drawn


@dataclass(frozen=True)
class Bundle:
    """The curves of one arm, one {epoch: value} a run."""

    name: str
    runs: tuple[Mapping[int, float], ...]
    is_quiet: bool = False  # one of so many that it is drawn grey, without a name

    @property
    def epochs(self) -> list[int]:
        return sorted({epoch for run in self.runs for epoch in run})

    @property
    def is_broken(self) -> bool:
        """Whether a run has values that are not finite."""
        return not all(math.isfinite(value) for run in self.runs for value in run.values())

    def at(self, epoch: int) -> list[float]:
        """The finite values of that epoch."""
        return [run[epoch] for run in self.runs if epoch in run and math.isfinite(run[epoch])]


def draw_curves(folder: Path, name: str, panels: Mapping[str, Sequence[Bundle]], alike: Collection[str] = ()) -> bool:
    """One panel a metric; those named in `alike` on the same scale. Whether any of them has a logarithmic axis."""
    with drawing(folder, name, len(panels), height=2.7) as (figure, axes):
        wide = [_panel(each, metric, bundles) for each, (metric, bundles) in zip(axes, panels.items(), strict=True)]
        _on_one_scale([each for each, metric in zip(axes, panels, strict=True) if metric in alike])
        legend_below(figure, axes[0])
    return any(wide)


def _panel(axes: Axes, metric: str, bundles: Sequence[Bundle]) -> bool:
    from matplotlib.ticker import MaxNLocator

    looks = iter(LOOKS)
    for bundle in sorted(bundles, key=lambda each: not each.is_quiet):
        _draw(axes, bundle, Look(GREY, "-", "", "") if bundle.is_quiet else next(looks))
    axes.set_xlabel("epoch")
    axes.set_ylabel(metric)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    wide = _is_wide([value for each in bundles for epoch in each.epochs for value in each.at(epoch)])
    if wide:
        axes.set_yscale("log")
    return wide


def _on_one_scale(axes: Sequence[Axes]) -> None:
    for each in axes[1:]:
        if any(one.get_yscale() == "log" for one in axes):
            axes[0].set_yscale("log")
        each.sharey(axes[0])
        each.autoscale_view()


def _draw(axes: Axes, bundle: Bundle, look: Look) -> None:
    epochs = [epoch for epoch in bundle.epochs if bundle.at(epoch)]
    values = [bundle.at(epoch) for epoch in epochs]
    label = None if bundle.is_quiet else bundle.name
    style: dict[str, Any] = {"color": look.color, "linestyle": look.linestyle}
    few = len(epochs) <= 15
    marker = look.marker if few and not bundle.is_quiet else ""
    width = 0.7 if bundle.is_quiet else 1.4
    axes.plot(epochs, [fmean(each) for each in values], label=label, marker=marker, linewidth=width, **style)
    if bundle.is_quiet:
        return
    if len(bundle.runs) >= _BAND_FROM:
        low, high = [min(each) for each in values], [max(each) for each in values]
        axes.fill_between(epochs, low, high, color=look.color, alpha=0.18, linewidth=0)
    elif len(bundle.runs) > 1:
        for run in bundle.runs:
            axes.plot(list(run), list(run.values()), linewidth=0.6, alpha=0.7, **style)
    _mark_the_end(axes, bundle, look)


def _mark_the_end(axes: Axes, bundle: Bundle, look: Look) -> None:
    """A cross where a run's values stop being finite."""
    for run in bundle.runs:
        finite = [epoch for epoch, value in run.items() if math.isfinite(value)]
        if finite and len(finite) < len(run):
            axes.plot([finite[-1]], [run[finite[-1]]], marker="x", markersize=7, color=look.color, linestyle="")


def _is_wide(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) / min(values) > _WIDE
