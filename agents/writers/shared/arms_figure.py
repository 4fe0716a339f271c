"""Draws the runs of every arm. The same values give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import stdev
from typing import TYPE_CHECKING

from agents.figures.style import LOOKS, drawing
from agents.writers.shared.case_view import CaseView

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ARMS = "arms"  # the name of its file
_FEWEST = 3  # runs for a standard deviation
_INK, _ACCENT = "#1c2230", LOOKS[0].color
_WIDTH = 5.8  # inches


def arm_values(evidence: CaseView) -> dict[str, list[float]]:
    """The usable values of each arm by its level, from the facts that its mean was computed from."""
    facts = evidence.case.book.facts
    found: dict[str, list[float]] = {}
    for arm in evidence.arms:
        mean = facts.get(evidence.of_metric(arm, "mean"))
        inputs = [facts[name].value for name in mean.inputs if name in facts] if mean else []
        values = [float(value) for value in inputs if isinstance(value, int | float)]
        if values:
            found[str(facts[f"{arm}.level"].value)] = values
    return found


def draw_arms(evidence: CaseView, folder: Path) -> None:
    """Writes the figure as PNG and as SVG into a folder, which need not exist."""
    with drawing(folder, ARMS, height=2.9, width=_WIDTH) as (_, [axes]):
        _draw(axes, arm_values(evidence))
        axes.set_ylabel(evidence.metric)
        axes.set_xlabel(str(evidence.value("test.factor") or "setting"))


def _draw(axes: Axes, arms: Mapping[str, Sequence[float]]) -> None:
    for at, values in enumerate(arms.values()):
        mean = sum(values) / len(values)
        axes.scatter(_spread(at, len(values)), values, s=26, color=_ACCENT, alpha=0.8, linewidths=0, zorder=3)
        axes.hlines(mean, at - 0.28, at + 0.28, color=_INK, linewidth=1.6, zorder=4)
        if len(values) >= _FEWEST:
            reach = stdev(values)
            low, high = mean - reach, mean + reach
            axes.vlines(at, low, high, color=_INK, linewidth=1, zorder=2)
            axes.hlines([low, high], at - 0.07, at + 0.07, color=_INK, linewidth=1, zorder=2)
    axes.set_xticks(range(len(arms)), list(arms), rotation=30 if len(arms) > 6 else 0)
    axes.set_xlim(-0.6, len(arms) - 0.4)
    axes.grid(visible=False, axis="x")


def _spread(at: int, count: int) -> list[float]:
    """Side by side, so that equal values show as many points."""
    return [at + 0.3 * (each / (count - 1) - 0.5) if count > 1 else float(at) for each in range(count)]
