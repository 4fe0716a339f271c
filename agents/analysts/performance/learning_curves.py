"""Draw the learning curves by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
_VARIATION = {
    "band": "bands span their range.",
    "lines": "thin lines are the runs.",
    "mixed": "bands span their range, or thin lines show the runs where an arm has too few for a band.",
}


def learning_curves(case: Case, arms: Sequence[ArmRuns], figures: Path) -> Part:
    metrics = logged_metrics(case)
    if not metrics.names:
        why = "No run recorded a metric history over several epochs."
        return Part(not_estimated=(NotEstimated(what="The learning curves", why=why),))
    panels = {metric: _curves_by_arm(case, arms, metric) for metric in metrics.names}
    is_log = draw_learning_curves(figures, NAME, panels, [metric for metric in metrics.names if is_loss(metric)])
    names = metric_name_facts(case, metrics.names)
    text = f"{{{{ref:{NAME}}}}} shows the learning curves by arm ({_metric_names(metrics)})."
    finding = Finding(id=NAME, text=text, facts=tuple(name.id for name in names))
    return Part(names, (finding,), figures=(_figure(metrics, panels, is_log),))


def _curves_by_arm(case: Case, arms: Sequence[ArmRuns], metric: str) -> list[ArmCurves]:
    """Return the curves of each arm. With many arms, all except the control and the best arm are drawn in grey."""
    prominent_arms = {arm.subject for arm in prominent(case, arms)}
    curves_by_arm = []
    for arm in arms:
        curves = [epoch_curve(series) for series in series_of(case, metric, arm.runs)]
        runs = tuple(dict(zip(curve.epochs, curve.values, strict=True)) for curve in curves)
        curves_by_arm.append(ArmCurves(arm.name, runs, is_background=arm.subject not in prominent_arms))
    return curves_by_arm


def _figure(metrics: LoggedMetrics, panels: Mapping[str, Sequence[ArmCurves]], is_log: bool) -> Figure:
    arms = [arm for panel in panels.values() for arm in panel]
    variation = _variation(arms)
    caption = "Learning curves by arm. Every line is a run."
    if variation:
        caption = f"Learning curves by arm. Lines are means over the runs of an arm; {variation}"
    if any(arm.is_background for arm in arms):
        caption += " Arms in grey are not named."
    if any(arm.has_nonfinite for arm in arms):
        caption += " A cross marks the last finite value of a run; the line continues as the mean over the others."
    if is_log:
        caption += " The axis of a loss that spans several magnitudes is logarithmic."
    alt = f"Panels side by side over the epochs, with a line for each arm: {_metric_names(metrics)}."
    return Figure(id=NAME, path=f"{NAME}.png", caption=caption, alt=alt)


def _variation(arms: Sequence[ArmCurves]) -> str:
    """Return the part of the caption that explains bands and thin lines, "" if every named arm has one run."""
    counts = {len(arm.runs) for arm in arms if not arm.is_background}
    if max(counts, default=0) < 2:
        return ""
    return _VARIATION["lines" if max(counts) == 2 else "mixed" if 2 in counts else "band"]


def _metric_names(metrics: LoggedMetrics) -> str:
    return ", ".join(f"{{{{f:{metric_name_id(metric)}}}}}" for metric in metrics.names)
