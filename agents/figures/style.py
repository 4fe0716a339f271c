"""Define the style of all figures. Matplotlib is imported only when a figure is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGE = 6.9  # inches, width of the text on a page
GREY = "#7f7f7f"
_DPI = 150
_PANEL_SPACING = 0.06  # fraction of the panel width; keeps axis labels away from the next panel
_STYLE: Any = {
    "font.family": "DejaVu Sans",  # ships with Matplotlib, so it is the same on every machine
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e3e3",
    "grid.linewidth": 0.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 4,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "proband",
    "svg.fonttype": "path",
    "figure.facecolor": "white",
}


@dataclass(frozen=True)
class Look:
    """The appearance of an arm. Arms differ in line style, marker and hatch as well as in colour."""

    color: str
    linestyle: str
    marker: str
    hatch: str


# Colours of Okabe and Ito ("Color universal design", 2008), alternately dark and light.
LOOKS = tuple(
    Look(*values)
    for values in (
        ("#0072B2", "-", "o", ""),
        ("#E69F00", "--", "s", "///"),
        ("#009E73", "-.", "^", "..."),
        ("#D55E00", ":", "D", "xxx"),
        ("#CC79A7", "-", "v", "\\\\\\"),
        ("#56B4E9", "--", "P", "ooo"),
        ("#000000", "-.", "X", "+++"),
    )
)


@contextmanager
def drawing(folder: Path, name: str, panels: int = 1, *, height: float = 2.6, width: float = PAGE) -> Iterator[Any]:
    """Provide axes side by side, and save the figure as `NAME.png` and `NAME.svg` on leaving the context.

    Yields:
        (figure, list of the axes of each panel)
    """
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with matplotlib.rc_context(_STYLE):
        layout = ConstrainedLayoutEngine(wspace=_PANEL_SPACING)
        figure = Figure(figsize=(width, height), layout=layout, dpi=_DPI)
        yield figure, [figure.add_subplot(1, panels, index + 1) for index in range(panels)]
        folder.mkdir(parents=True, exist_ok=True)
        # Canvases, because `savefig` computes the layout and draws twice for each file.
        png: Any = FigureCanvasAgg(figure)
        png.print_png(folder / f"{name}.png", metadata={"Software": None})
        figure.set_layout_engine("none")  # the second file has the layout of the first one
        svg: Any = FigureCanvasSVG(figure)
        svg.print_svg(folder / f"{name}.svg", metadata={"Date": None, "Creator": None})


def legend_below(figure: Figure, axes: Axes, title: str = "") -> None:
    """Add one legend for all panels, with the entries of `axes`."""
    handles, labels = axes.get_legend_handles_labels()
    if len(handles) > 1:
        columns = min(len(handles), 4)
        figure.legend(handles, labels, loc="outside lower center", ncols=columns, title=title or None)
