"""The forest plot: each arm's difference from each known result, with the margin that decides."""

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
_ROW = 0.26  # inches
_CAPTION = (
    "Difference of the mean from each known result, arm by arm. Bars are the limits that a verdict was made from,"
    " dotted lines the margins; a mark without a bar was not judged. Circles: held; diamonds: regressed; squares:"
    " inconclusive; crosses: not judged. All of this is post hoc."
)
_ALT = (
    "A row for each arm below each known result, with the difference of its mean from it as a mark, limits as a bar"
    " where there are any, and a dotted line at the margin."
)


def forest_plot(held: Sequence[ReferenceComparison], folder: Path) -> Figure | None:
    """None where no difference was measured. Known results of other metrics than the first are not drawn: one axis
    has one unit."""
    shown = [one for one in held if one.judgement.difference is not None]
    shown = [one for one in shown if one.reference.metric == shown[0].reference.metric]
    if not shown:
        return None
    metric = shown[0].reference.metric
    references = list(dict.fromkeys(one.reference.key for one in shown))
    rows = len(shown) + len(references)
    with drawing(folder, NAME, height=0.7 + _ROW * rows) as (_, (axes,)):
        labels, at = [], 0
        for key in references:
            group = [one for one in shown if one.reference.key == key]
            labels.append((at, group[0].reference.words))
            if any(one.judgement.conclusion != "not judged" for one in group):
                _draw_margin(axes, group[0], at, len(group))
            for offset, one in enumerate(group, start=1):
                _draw(axes, one, at + offset)
                labels.append((at + offset, one.arm.name))
            at += len(group) + 1
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks([place for place, _ in labels], [text for _, text in labels])
        for tick, (_, text) in zip(axes.get_yticklabels(), labels, strict=True):
            tick.set_fontweight("bold" if text in {one.reference.words for one in shown} else "normal")
        axes.set_ylim(at - 0.4, -0.6)
        axes.grid(axis="y", visible=False)
        axes.set_xlabel(f"difference of {metric}: arm minus known result")
    return Figure(id=NAME, path=f"{'/'.join(folder.parts[-2:])}/{NAME}.png", caption=_CAPTION, alt=_ALT)


def _draw_margin(axes: Axes, one: ReferenceComparison, at: int, rows: int) -> None:
    margin = one.reference.margin
    if margin is not None:
        place = -margin if one.reference.goal == "maximize" else margin
        axes.plot([place, place], [at + 0.5, at + rows + 0.5], color=GREY, linestyle=":", linewidth=1.2)


def _draw(axes: Axes, one: ReferenceComparison, at: int) -> None:
    look = LOOKS[{"held": 0, "regressed": 3, "inconclusive": 1, "not judged": 6}[one.judgement.conclusion]]
    if one.judgement.low is not None and one.judgement.high is not None:
        axes.plot([one.judgement.low, one.judgement.high], [at, at], color=look.color, linewidth=1.6)
    axes.plot([float(one.judgement.difference or 0)], [at], look.marker, color=look.color, markersize=5)
