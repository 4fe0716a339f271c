"""The metric over the levels of each swept parameter, as a picture: every run, and the mean of each level."""

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
_MOST = 4  # panels that stay readable side by side
_WIDTH = 3.4  # inches of a panel by itself
_ASIDE = 0.12  # of a step: runs stand beside their mean
_ROOM = 30  # letters that fit below a panel


def main_effects(swept: SweepResults, figures: Path) -> Part:
    """The factors of the sweep in its order, as many as fit. Nothing is drawn where no level has a value.

    Nor is a lone factor: every report draws its arms already.
    """
    shown = [factor for factor in swept.factors if len(_by_level(swept, factor)) > 1][:_MOST]
    if len(swept.factors) < 2 or not shown:
        return Part()
    width = {"width": _WIDTH} if len(shown) == 1 else {}
    with drawing(figures, NAME, len(shown), height=2.5, **width) as (_, axes):
        for factor, panel in zip(shown, axes, strict=True):
            _draw(panel, factor, _by_level(swept, factor))
            panel.sharey(axes[0])
        axes[0].set_ylabel(swept.metric)
    return Part(figures=(_figure(swept, "/".join(figures.parts[-2:])),))


def _by_level(swept: SweepResults, factor: str) -> list[tuple[Any, list[float]]]:
    """In ascending order where the levels are numbers."""
    groups = cells(swept.trials, [factor])
    found = [(level, usable(groups.get((label(level),), ()))) for level in swept.factors[factor]]
    measured = [(level, values) for level, values in found if values]
    if numeric_levels([level for level, _ in measured]) is None:
        return measured
    return sorted(measured, key=lambda one: float(one[0]))


def _draw(axes: Axes, factor: str, found: Sequence[tuple[Any, list[float]]]) -> None:
    """Levels at even steps: to scale, neighbours among orders of magnitude would lie on top of each other."""
    for at, (_, values) in enumerate(found):
        axes.plot([at + _ASIDE] * len(values), values, "o", color=GREY, markersize=3, markeredgewidth=0)
    means = [sum(values) / len(values) for _, values in found]
    is_ordered = numeric_levels([level for level, _ in found]) is not None
    axes.plot(range(len(found)), means, f"{'-' if is_ordered else ''}{LOOKS[0].marker}", color=LOOKS[0].color)
    names = [_tick(level) for level, _ in found]
    axes.set_xticks(range(len(found)), names, rotation=30 if sum(map(len, names)) > _ROOM else 0)
    axes.set_xlim(-0.5, len(found) - 0.5)
    axes.grid(axis="x", visible=False)
    axes.set_xlabel(factor)


def _tick(level: Any) -> str:
    return f"{level:g}" if isinstance(level, float) else label(level)


def _figure(swept: SweepResults, folder: str) -> Figure:
    return Figure(
        id=NAME,
        path=f"{folder}/{NAME}.png",
        caption=f"Mean {swept.metric_slot} at each level of each swept parameter (coloured), over all settings of the"
        " others, and the runs behind it (grey). Levels stand at even steps, not to scale; those that are"
        " numbers are in order and joined to guide the eye.",
        alt=f"A panel for each swept parameter: its levels along the axis, above them the runs' {swept.metric_slot} as"
        " grey dots and their mean as a coloured mark.",
    )
