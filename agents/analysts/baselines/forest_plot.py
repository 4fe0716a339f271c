"""Draw the forest plot: the difference of each arm from each reference, with the margin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.analysts.baselines.comparisons import ReferenceComparison
from agents.documents.document import Figure
from agents.figures.style import GREY, LOOKS, drawing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME = "baselines"
_ROW_HEIGHT = 0.26  # inches
_LOOK_INDEX = {"held": 0, "regressed": 3, "inconclusive": 1, "not judged": 6}  # index in LOOKS by conclusion
_CAPTION = (
    "Difference of the mean of each arm from each reference (post hoc). Bars are the intervals that the verdicts are "
    "based on, and dotted lines are the margins; a mark without a bar was not judged. Circles: held; diamonds: "
    "regressed; squares: inconclusive; crosses: not judged."
)
_ALT = (
    "A row for each arm below each reference, with the difference of its mean as a mark, the interval as a bar if the "
    "difference was judged, and a dotted line at the margin."
)


def forest_plot(comparisons: Sequence[ReferenceComparison], folder: Path) -> Figure | None:
    """Draw the comparisons and return the figure, None if no comparison has a difference.

    Only comparisons in the metric of the first one are drawn, because the axis has one unit.
    """
    measured = [comparison for comparison in comparisons if comparison.judgement.difference is not None]
    if not measured:
        return None
    metric = measured[0].reference.metric
    groups: dict[str, list[ReferenceComparison]] = {}
    for comparison in measured:
        if comparison.reference.metric == metric:
            groups.setdefault(comparison.reference.key, []).append(comparison)
    rows = len(groups) + sum(map(len, groups.values()))
    with drawing(folder, NAME, height=0.7 + _ROW_HEIGHT * rows) as (_, (axes,)):
        _draw_groups(axes, list(groups.values()))
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_ylim(rows - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(f"difference of {metric}: arm minus reference")
    return Figure(id=NAME, path=f"{'/'.join(folder.parts[-2:])}/{NAME}.png", caption=_CAPTION, alt=_ALT)


def _draw_groups(axes: Axes, groups: Sequence[Sequence[ReferenceComparison]]) -> None:
    """Draw each reference as a heading with the rows of its arms below it."""
    labels: list[str] = []
    headings: set[str] = set()
    for group in groups:
        heading = len(labels)
        labels.append(group[0].reference.name)
        headings.add(group[0].reference.name)
        if any(comparison.is_judged for comparison in group):
            _draw_margin(axes, group[0], heading, len(group))
        for comparison in group:
            _draw_difference(axes, comparison, len(labels))
            labels.append(comparison.arm.name)
    axes.set_yticks(range(len(labels)), labels)
    for tick, label in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_fontweight("bold" if label in headings else "normal")


def _draw_margin(axes: Axes, comparison: ReferenceComparison, heading: int, rows: int) -> None:
    margin = comparison.reference.margin
    if margin is not None:
        x = -margin if comparison.reference.goal == "maximize" else margin
        axes.plot([x, x], [heading + 0.5, heading + rows + 0.5], color=GREY, linestyle=":", linewidth=1.2)


def _draw_difference(axes: Axes, comparison: ReferenceComparison, row: int) -> None:
    judgement = comparison.judgement
    look = LOOKS[_LOOK_INDEX[judgement.conclusion]]
    if judgement.low is not None and judgement.high is not None:
        axes.plot([judgement.low, judgement.high], [row, row], color=look.color, linewidth=1.6)
    axes.plot([float(judgement.difference or 0)], [row], look.marker, color=look.color, markersize=5)
