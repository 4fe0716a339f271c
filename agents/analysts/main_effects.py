"""The metric over the levels of each swept parameter, as a picture: every run, and the mean of each level."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.analysts.part import Part
from agents.analysts.swept import Swept
from agents.comparison import label
from agents.documents.document import Figure
from agents.figures.style import GREY, LOOKS, drawing
from agents.scale import is_logarithmic, numbers
from agents.trials import cells, usable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "main_effects"
_MOST = 4  # panels that stay readable side by side
_WIDTH = 3.4  # inches of a panel by itself


def main_effects(swept: Swept, figures: Path) -> Part:
    """The factors of the sweep in its order, as many as fit. Nothing is drawn where no level has a value."""
    shown = [factor for factor in swept.factors if len(_by_level(swept, factor)) > 1][:_MOST]
    if not shown:
        return Part()
    width = {"width": _WIDTH} if len(shown) == 1 else {}
    with drawing(figures, NAME, len(shown), height=2.5, **width) as (_, axes):
        for factor, panel in zip(shown, axes, strict=True):
            _draw(panel, factor, _by_level(swept, factor))
            panel.sharey(axes[0])
        axes[0].set_ylabel(swept.metric)
    return Part(figures=(_figure(swept, "/".join(figures.parts[-2:])),))


def _by_level(swept: Swept, factor: str) -> list[tuple[Any, list[float]]]:
    """In ascending order where the levels are numbers."""
    groups = cells(swept.trials, [factor])
    found = [(level, usable(groups.get((label(level),), ()))) for level in swept.factors[factor]]
    measured = [(level, values) for level, values in found if values]
    if numbers([level for level, _ in measured]) is None:
        return measured
    return sorted(measured, key=lambda one: float(one[0]))


def _draw(axes: Axes, factor: str, found: Sequence[tuple[Any, list[float]]]) -> None:
    levels = [level for level, _ in found]
    ordered = numbers(levels)
    places = list(ordered) if ordered is not None else [float(at) for at in range(len(levels))]
    if ordered is not None and is_logarithmic(ordered):
        axes.set_xscale("log")
    for at, (_, values) in zip(places, found, strict=True):
        axes.plot([at] * len(values), values, "o", color=GREY, markersize=3, alpha=0.7, markeredgewidth=0)
    means = [sum(values) / len(values) for _, values in found]
    joined = "-" if ordered is not None else ""
    axes.plot(places, means, f"{joined}{LOOKS[0].marker}", color=LOOKS[0].color, markersize=5)
    axes.set_xticks(places, [label(level) for level in levels])
    axes.minorticks_off()
    axes.set_xlabel(factor)


def _figure(swept: Swept, folder: str) -> Figure:
    return Figure(
        id=NAME,
        path=f"{folder}/{NAME}.png",
        caption=f"Mean {swept.metric_slot} at each level of each swept parameter (coloured), over all settings of the"
        " others, and the runs behind it (grey). Levels that are numbers are joined to guide the eye.",
        alt=f"A panel for each swept parameter: its levels along the axis, above them the runs' {swept.metric_slot} as"
        " grey dots and their mean as a coloured mark.",
    )
