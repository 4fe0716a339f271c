"""The course of training by arm, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Finding, NotEstimated
from agents.analysts.performance.metric_series import (
    LoggedMetrics,
    epoch_curve,
    is_loss,
    logged_metrics,
    metric_name_facts,
    metric_name_id,
    series_of,
)
from agents.analysts.shared.arm_runs import ArmRuns, prominent
from agents.analysts.shared.part import Part
from agents.context.case import Case
from agents.documents.document import Figure
from agents.figures.curve_plot import ArmCurves, draw_learning_curves

NAME = "learning_curves"
_SPREADS = {
    "band": "bands span the range over those runs.",
    "lines": "thin lines are the runs themselves.",
    "mixed": "bands span the range over those runs, and thin lines are the runs of an arm with too few for a band.",
}


def learning_curves(case: Case, arms: Sequence[ArmRuns], figures: Path) -> Part:
    found = logged_metrics(case)
    if not found.every:
        why = "No run kept a history over several epochs."
        return Part(not_estimated=(NotEstimated(what="The course of training", why=why),))
    panels = {metric: _bundles(case, arms, metric) for metric in found.every}
    is_log = draw_learning_curves(figures, NAME, panels, [metric for metric in found.every if is_loss(metric)])
    named = metric_name_facts(case, found.every)
    text = f"The course of training over the epochs is drawn in {{{{ref:{NAME}}}}}: {_listed(found)}."
    finding = Finding(id=NAME, text=text, facts=tuple(each.id for each in named))
    return Part(named, (finding,), figures=(_figure(found, panels, is_log),))


def _bundles(case: Case, arms: Sequence[ArmRuns], metric: str) -> list[ArmCurves]:
    """Where arms are so many that no legend tells them apart, the control and the best keep their names."""
    shown = {each.subject for each in prominent(case, arms)}
    bundles = []
    for arm in arms:
        drawn = [epoch_curve(one) for one in series_of(case, metric, arm.runs)]
        runs = tuple(dict(zip(each.epochs, each.values, strict=True)) for each in drawn)
        bundles.append(ArmCurves(arm.name, runs, is_background=arm.subject not in shown))
    return bundles


def _figure(found: LoggedMetrics, panels: dict[str, list[ArmCurves]], is_log: bool) -> Figure:
    bundles = [each for every in panels.values() for each in every]
    parts = ["Learning curves by arm: lines are means over the runs of an arm", _spread(bundles)]
    caption = f"{parts[0]}; {parts[1]}" if parts[1] else "Learning curves by arm; every arm is a run by itself."
    if any(each.is_background for each in bundles):
        caption += " Arms in grey are drawn without a name."
    if any(each.has_nonfinite for each in bundles):
        caption += " A cross marks the last finite value of a run; the line goes on as a mean over the others."
    if is_log:
        caption += " The axis of a loss that spans many magnitudes is logarithmic."
    alt = f"Panels side by side over the epochs, a line for each arm: {_listed(found)}."
    return Figure(id=NAME, path=f"{NAME}.png", caption=caption, alt=alt)


def _spread(bundles: Sequence[ArmCurves]) -> str:
    counts = {len(each.runs) for each in bundles if not each.is_background}
    if max(counts, default=0) < 2:
        return ""
    return _SPREADS["lines" if max(counts) == 2 else "mixed" if 2 in counts else "band"]


def _listed(found: LoggedMetrics) -> str:
    return ", ".join(f"{{{{f:{metric_name_id(metric)}}}}}" for metric in found.every)
