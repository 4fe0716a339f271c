"""Draw the kinds of figures that a model can request: learning curves of a metric, and its values by run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from agents.analysts.performance.metric_series import epoch_curve, series_of
from agents.analysts.shared.arm_runs import arm_runs
from agents.context.case import Case
from agents.documents.document import Figure
from agents.figures.curve_plot import ArmCurves, draw_learning_curves
from agents.figures.style import LOOKS, drawing
from agents.rewording.tools.session import DrawFigure
from compiler.base.safe_path import path_inside

_WORD = re.compile(r"[A-Za-z_]+")


def figure_kinds(case: Case, experiment_folder: Path) -> Mapping[str, DrawFigure]:
    """Return a function for each kind, which draws a figure into `analysis/figures/` of the experiment."""
    kinds = {"curves": _draw_curves, "runs": _draw_runs}
    return {kind: partial(draw, case, experiment_folder) for kind, draw in kinds.items()}


def _draw_curves(case: Case, experiment_folder: Path, metric: str) -> Figure | None:
    arms: list[ArmCurves] = []
    for arm in arm_runs(case):
        curves = [epoch_curve(series) for series in series_of(case, metric, arm.runs)]
        runs = tuple(dict(zip(curve.epochs, curve.values, strict=True)) for curve in curves)
        arms.append(ArmCurves(arm.name, runs, is_background=len(arms) >= len(LOOKS)))
    if not any(len(run) > 1 for arm_curves in arms for run in arm_curves.runs):
        return None
    figure_id = _figure_id("curves", metric)
    draw_learning_curves(_folder(experiment_folder), figure_id, {metric: arms})
    caption = f"Learning curves of {_name_in_caption(metric)} by arm. Lines are means over the runs of an arm."
    return _figure(figure_id, caption, f"Lines of {_name_in_caption(metric)} over the epochs, a line for each arm.")


def _draw_runs(case: Case, experiment_folder: Path, metric: str) -> Figure | None:
    facts = case.book.facts
    values_by_arm = {
        arm.name: [fact.value for fact in arm.of(facts, metric) if isinstance(fact.value, int | float)]
        for arm in arm_runs(case)
    }
    if not any(values_by_arm.values()):
        return None
    figure_id = _figure_id("runs", metric)
    with drawing(_folder(experiment_folder), figure_id) as (_, (axes,)):
        for row, values in enumerate(values_by_arm.values()):
            axes.plot(values, [row] * len(values), linestyle="", marker="o", alpha=0.6, color=LOOKS[0].color)
        axes.set_yticks(range(len(values_by_arm)), list(values_by_arm))
        axes.set_ylim(len(values_by_arm) - 0.5, -0.5)
        axes.set_xlabel(metric)
    caption = f"{_name_in_caption(metric).capitalize()} of every run by arm. Each mark is a run."
    return _figure(figure_id, caption, f"Marks along an axis of {_name_in_caption(metric)}, a row for each arm.")


def _figure(figure_id: str, caption: str, alt: str) -> Figure:
    return Figure(id=figure_id, path=f"analysis/figures/{figure_id}.png", caption=caption, alt=alt)


def _folder(experiment_folder: Path) -> Path:
    return path_inside(experiment_folder, "analysis", "figures")


def _figure_id(kind: str, metric: str) -> str:
    return f"asked-{kind}-{re.sub(r'[^a-z0-9]+', '-', metric.lower())}"[:80]


def _name_in_caption(metric: str) -> str:
    """Return the metric's name as code, or "the metric" if it contains digits, which a caption must not contain."""
    return f"`{metric}`" if _WORD.fullmatch(metric) else "the metric"
