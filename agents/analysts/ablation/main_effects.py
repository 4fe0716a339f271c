"""Draw the figure of main effects: the metric at each level of each swept parameter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.analysts.ablation.sweep_results import SweepResults
from agents.analysts.shared.part import Part
from agents.context.level_scale import numeric_levels
from agents.context.trials import cells, usable
from agents.documents.document import Figure
from agents.facts.ids import label
from agents.figures.style import GREY, LOOKS, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "main_effects"
_MAX_PANELS = 4  # more would not be readable side by side
_SINGLE_WIDTH = 3.4  # inches of the figure if it has one panel
_OFFSET = 0.12  # horizontal distance between the runs and their mean, as a share of the distance between levels
_MAX_LETTERS = 30  # of all tick labels of a panel; more fit only if the labels are rotated

LevelValues = tuple[Any, list[float]]


def main_effects(sweep: SweepResults, figures: Path) -> Part:
    """Draw the first factors of the sweep. A sweep of one factor gets no figure, because reports draw its arms."""
    factors = [factor for factor in sweep.factors if len(_values_by_level(sweep, factor)) > 1][:_MAX_PANELS]
    if len(sweep.factors) < 2 or not factors:
        return Part()
    width = {"width": _SINGLE_WIDTH} if len(factors) == 1 else {}
    with drawing(figures, NAME, len(factors), height=2.5, **width) as (_, all_axes):
        for factor, axes in zip(factors, all_axes, strict=True):
            _draw(axes, factor, _values_by_level(sweep, factor))
            axes.sharey(all_axes[0])
        all_axes[0].set_ylabel(sweep.metric)
    return Part(figures=(_figure(sweep, "/".join(figures.parts[-2:])),))


def _values_by_level(sweep: SweepResults, factor: str) -> list[LevelValues]:
    """Return the values at each level that has any, in ascending order of numeric levels."""
    groups = cells(sweep.trials, [factor])
    by_level = [(level, usable(groups.get((label(level),), ()))) for level in sweep.factors[factor]]
    measured = [(level, values) for level, values in by_level if values]
    if numeric_levels([level for level, _ in measured]) is None:
        return measured
    return sorted(measured, key=lambda pair: float(pair[0]))


def _draw(axes: Axes, factor: str, by_level: Sequence[LevelValues]) -> None:
    """Draw the levels at even distances, because levels of different magnitudes would overlap on a linear axis."""
    for position, (_, values) in enumerate(by_level):
        axes.plot([position + _OFFSET] * len(values), values, "o", color=GREY, markersize=3, markeredgewidth=0)
    means = [sum(values) / len(values) for _, values in by_level]
    line = "-" if numeric_levels([level for level, _ in by_level]) is not None else ""
    axes.plot(range(len(by_level)), means, f"{line}{LOOKS[0].marker}", color=LOOKS[0].color)
    names = [_tick(level) for level, _ in by_level]
    axes.set_xticks(range(len(by_level)), names, rotation=30 if sum(map(len, names)) > _MAX_LETTERS else 0)
    axes.set_xlim(-0.5, len(by_level) - 0.5)
    axes.grid(axis="x", visible=False)
    axes.set_xlabel(factor)


def _tick(level: Any) -> str:
    return f"{level:g}" if isinstance(level, float) else label(level)


def _figure(sweep: SweepResults, folder: str) -> Figure:
    return Figure(
        id=NAME,
        path=f"{folder}/{NAME}.png",
        caption=f"Mean {sweep.metric_slot} at each level of each swept parameter (coloured), over all settings of the "
        "other parameters, with the individual runs (grey). Levels are spaced evenly and not to scale. Numeric levels "
        "are in order and joined by a line.",
        alt=f"A panel for each swept parameter: its levels along the axis, above them the {sweep.metric_slot} of the "
        "runs as grey dots and their mean as a coloured mark.",
    )
