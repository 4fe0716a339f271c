"""Draws the runs of every arm. The same values give the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.writers.evidence import Evidence
from agents.writers.figure_files import ARMS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CONFIDENCE = 0.95
_FEWEST = 3  # runs for an interval
_INK, _ACCENT = "#1c2230", "#1f6fb2"
_STYLE: Any = {
    "svg.hashsalt": "proband",
    "svg.fonttype": "path",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _INK,
}


def arm_values(evidence: Evidence) -> dict[str, list[float]]:
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


def draw_arms(evidence: Evidence, folder: Path) -> None:
    """Writes the figure as PNG and as SVG into the experiment's folder."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    arms = arm_values(evidence)
    with matplotlib.rc_context(_STYLE):
        figure, axes = pyplot.subplots(figsize=(6, 3), layout="constrained")
        _draw(axes, arms)
        axes.set_ylabel(evidence.metric)
        axes.set_xlabel(str(evidence.value("test.factor") or "setting"))
        target = folder / ARMS
        target.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(target, dpi=200, metadata={"Software": None})
        figure.savefig(target.with_suffix(".svg"), metadata={"Date": None, "Creator": None})
        pyplot.close(figure)


def _draw(axes: Axes, arms: Mapping[str, Sequence[float]]) -> None:
    for at, values in enumerate(arms.values()):
        mean = sum(values) / len(values)
        axes.scatter(_spread(at, len(values)), values, s=26, color=_ACCENT, alpha=0.8, linewidths=0, zorder=3)
        axes.hlines(mean, at - 0.28, at + 0.28, color=_INK, linewidth=1.6, zorder=4)
        if len(values) >= _FEWEST:
            low, high = _interval(values)
            axes.vlines(at, low, high, color=_INK, linewidth=1, zorder=2)
            axes.hlines([low, high], at - 0.07, at + 0.07, color=_INK, linewidth=1, zorder=2)
    axes.set_xticks(range(len(arms)), list(arms), rotation=30 if len(arms) > 6 else 0)
    axes.set_xlim(-0.6, len(arms) - 0.4)
    axes.grid(axis="y", color="#e3e7ec", linewidth=0.7)
    axes.set_axisbelow(True)


def _spread(at: int, count: int) -> list[float]:
    """Side by side, so that equal values show as many points."""
    return [at + 0.3 * (each / (count - 1) - 0.5) if count > 1 else float(at) for each in range(count)]


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's t interval of the mean."""
    from scipy import stats

    mean, error = sum(values) / len(values), float(stats.sem(values))
    reach = float(stats.t.ppf(0.5 + _CONFIDENCE / 2, len(values) - 1)) * error
    return mean - reach, mean + reach
