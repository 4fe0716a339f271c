"""Draw the growth curves: processor time and memory against the number of runs and of specs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter


class Drawable(Protocol):
    """What the figure needs of a curve."""

    @property
    def action(self) -> str: ...
    @property
    def of(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def sizes(self) -> tuple[int, ...]: ...
    @property
    def costs(self) -> tuple[float, ...]: ...
    @property
    def exponent(self) -> float | None: ...


_STYLE = {  # the colours of Okabe and Ito
    "compile": ("#0072B2", "o"),
    "dry run": ("#D55E00", "s"),
    "build": ("#009E73", "^"),
    "each run more": ("#009E73", "v"),
}
_PANELS = (("runs", "s"), ("specs", "s"), ("runs", "s per run"), ("runs", "MB"), ("specs", "MB"), None)
_QUANTITY = {"s": "processor time (s)", "MB": "largest process (MB)", "s per run": "processor time for each run (s)"}


def draw(curves: Sequence[Drawable], file: Path) -> None:
    """Write the figure as SVG. The same curves give the same bytes."""
    with mpl.rc_context({"svg.hashsalt": "bench", "font.size": 8.5}):
        figure = Figure(figsize=(10.5, 6), layout="constrained")
        for axes, panel in zip(figure.subplots(2, 3).flat, _PANELS, strict=True):
            if panel is None:
                axes.set_axis_off()
            else:
                _draw_panel(axes, *panel, [curve for curve in curves if (curve.of, curve.unit) == panel])
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_panel(axes: Axes, of: str, unit: str, curves: Sequence[Drawable]) -> None:
    for curve in curves:
        color, marker = _STYLE[curve.action]
        exponent = "no exponent" if curve.exponent is None else f"exponent {curve.exponent:.2f}"
        axes.plot(curve.sizes, curve.costs, color=color, marker=marker, label=f"{curve.action} ({exponent})")
    axes.set(xscale="log", xlabel=f"number of {of}", ylabel=_QUANTITY[unit])
    if unit == "s per run":
        axes.set_ylim(0, 1.4 * max(cost for curve in curves for cost in curve.costs))
    else:
        axes.set_yscale("log")
        low, high = axes.get_ylim()
        axes.set_ylim(low / 1.2, 1.2 * high * (1.2 * high / low) ** 0.4)  # room for the legend
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_formatter(NullFormatter())
    axes.grid(alpha=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
