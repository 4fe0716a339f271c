"""The figures that can be asked for: the course of a metric over the epochs, and its values run by run."""

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
from agents.rewording.prompting.safe_path import inside
from agents.rewording.tools.session import Draw

_WORD = re.compile(r"[A-Za-z_]+")


def figures(case: Case, experiment_folder: Path) -> Mapping[str, Draw]:
    """By kind; drawn into `analysis/figures/` of the experiment when it is asked for."""
    return {kind: partial(draw, case, experiment_folder) for kind, draw in _KINDS.items()}


def _curves(case: Case, experiment_folder: Path, metric: str) -> Figure | None:
    bundles: list[ArmCurves] = []
    for arm in arm_runs(case):
        drawn = [epoch_curve(one) for one in series_of(case, metric, arm.runs)]
        runs = tuple(dict(zip(each.epochs, each.values, strict=True)) for each in drawn)
        bundles.append(ArmCurves(arm.name, runs, is_background=len(bundles) >= len(LOOKS)))
    if not any(len(run) > 1 for bundle in bundles for run in bundle.runs):
        return None
    name = _name("curves", metric)
    draw_learning_curves(_folder(experiment_folder), name, {metric: bundles})
    caption = f"The course of {_told(metric)} over the epochs by arm; lines are means over the runs of an arm."
    return _figure(name, caption, f"Lines of {_told(metric)} over the epochs, a line for each arm.")


def _runs(case: Case, experiment_folder: Path, metric: str) -> Figure | None:
    facts = case.book.facts
    values = {
        arm.name: [fact.value for fact in arm.of(facts, metric) if isinstance(fact.value, int | float)]
        for arm in arm_runs(case)
    }
    if not any(values.values()):
        return None
    name = _name("runs", metric)
    with drawing(_folder(experiment_folder), name) as (_, (axes,)):
        for at, found in enumerate(values.values()):
            axes.plot(found, [at] * len(found), linestyle="", marker="o", alpha=0.6, color=LOOKS[0].color)
        axes.set_yticks(range(len(values)), list(values))
        axes.set_ylim(len(values) - 0.5, -0.5)
        axes.set_xlabel(metric)
    caption = f"{_told(metric).capitalize()} of every run by arm; a mark is a run."
    return _figure(name, caption, f"Marks along an axis of {_told(metric)}, a row for each arm.")


_KINDS = {"curves": _curves, "runs": _runs}


def _figure(name: str, caption: str, alt: str) -> Figure:
    return Figure(id=name, path=f"analysis/figures/{name}.png", caption=caption, alt=alt)


def _folder(experiment_folder: Path) -> Path:
    return inside(experiment_folder, "analysis", "figures")


def _name(kind: str, metric: str) -> str:
    return f"asked-{kind}-{re.sub(r'[^a-z0-9]+', '-', metric.lower())}"[:80]


def _told(metric: str) -> str:
    """In code, where it is a word: a caption holds no number outside a placeholder, also none of a name."""
    return f"`{metric}`" if _WORD.fullmatch(metric) else "the metric"
