"""Draw the growth curves: processor time and memory against the number of runs and of specs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure


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
    "build without the trainings": ("#009E73", "^"),
}
_PANELS = (("runs", "s"), ("specs", "s"), ("runs", "MB"), ("specs", "MB"))
_QUANTITY = {"s": "processor time (s)", "MB": "largest process (MB)"}


def draw(curves: Sequence[Drawable], file: Path) -> None:
    """Write the figure as SVG. The same curves give the same bytes."""
    with mpl.rc_context({"svg.hashsalt": "bench", "font.size": 9, "svg.fonttype": "path"}):
        figure = Figure(figsize=(9, 6.4), layout="constrained")
        panels = figure.subplots(2, 2).flat
        for axes, (of, unit) in zip(panels, _PANELS, strict=True):
            _draw_panel(axes, of, unit, [curve for curve in curves if (curve.of, curve.unit) == (of, unit)])
        figure.savefig(file, format="svg", metadata={"Date": None})


def _draw_panel(axes: Axes, of: str, unit: str, curves: Sequence[Drawable]) -> None:
    for curve in curves:
        color, marker = _STYLE[curve.action]
        exponent = "constant" if curve.exponent is None else f"exponent {curve.exponent:.2f}"
        axes.plot(curve.sizes, curve.costs, color=color, marker=marker, label=f"{curve.action} ({exponent})")
    axes.set(xscale="log", yscale="log", xlabel=f"number of {of}", ylabel=_QUANTITY[unit])
    axes.grid(alpha=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, loc="upper left")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.35)  # room for the legend
