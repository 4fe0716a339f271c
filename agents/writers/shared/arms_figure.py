"""Draw the figure of the arms, with every run as a point. Equal values give identical files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING

from agents.documents.document import Figure
from agents.figures.style import LOOKS, drawing
from agents.writers.shared.case_view import CaseView
from agents.writers.shared.few_runs import FEW
from agents.writers.shared.template_text import fact

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARMS = "arms"  # file name without suffix
_DARK, _ACCENT = "#1c2230", LOOKS[0].color
_WIDTH = 5.8  # inches


def arm_values(view: CaseView) -> dict[str, list[float]]:
    """Return the usable values of each arm by its level, from the facts that its mean was computed from."""
    facts = view.case.book.facts
    values_by_level: dict[str, list[float]] = {}
    for arm in view.arms:
        mean = facts.get(view.of_metric(arm, "mean"))
        inputs = [facts[name].value for name in mean.inputs if name in facts] if mean else []
        values = [float(value) for value in inputs if isinstance(value, int | float)]
        if values:
            values_by_level[str(facts[f"{arm}.level"].value)] = values
    return values_by_level


def arms_figure(report: str, *, is_plain: bool = False) -> Figure:
    """Return the figure, which each report has in its own folder. `is_plain`: for readers outside the field."""
    metric, group = fact("experiment.metric"), "setting" if is_plain else "arm"
    bar = (
        "The vertical bar shows how much the runs vary, where there are enough of them."
        if is_plain
        else "The vertical bar extends a standard deviation to either side of the mean, where there are enough runs."
    )
    return Figure(
        id="arms-figure",
        path=f"reports/figures/{report}/{ARMS}.png",
        caption=f"Usable runs by {group}. A point is the {metric} of a run; the long line is the mean of the {group}. "
        f"{bar}",
        alt=f"A dot plot of {metric} for each run, grouped by {group}, with a line at each mean",
    )


def draw_arms(view: CaseView, folder: Path) -> None:
    """Write the figure as PNG and SVG into a folder, which is created if necessary."""
    with drawing(folder, ARMS, height=2.9, width=_WIDTH) as (_, [axes]):
        _draw(axes, arm_values(view))
        axes.set_ylabel(view.metric)
        axes.set_xlabel(str(view.value("test.factor") or "setting"))


def _draw(axes: Axes, arms: Mapping[str, Sequence[float]]) -> None:
    for position, values in enumerate(arms.values()):
        mean = sum(values) / len(values)
        axes.scatter(
            _side_by_side(position, len(values)), values, s=26, color=_ACCENT, alpha=0.8, linewidths=0, zorder=3
        )
        axes.hlines(mean, position - 0.28, position + 0.28, color=_DARK, linewidth=1.6, zorder=4)
        if len(values) > FEW:
            sd = stdev(values)
            ends = mean - sd, mean + sd
            axes.vlines(position, *ends, color=_DARK, linewidth=1, zorder=2)
            axes.hlines(ends, position - 0.07, position + 0.07, color=_DARK, linewidth=1, zorder=2)
    axes.set_xticks(range(len(arms)), list(arms), rotation=30 if len(arms) > 6 else 0)
    axes.set_xlim(-0.6, len(arms) - 0.4)
    axes.grid(visible=False, axis="x")


def _side_by_side(center: int, count: int) -> list[float]:
    """Return x positions around a center, so that equal values remain visible as separate points."""
    return [center + 0.3 * (index / (count - 1) - 0.5) if count > 1 else float(center) for index in range(count)]
