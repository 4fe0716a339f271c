"""Detect arms whose runs are identical although their seeds differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.analysis.analysis_schema import Finding
from agents.analysts.performance.anomaly_detectors import all_equal
from agents.analysts.performance.metric_series import series_of
from agents.analysts.shared.arm_runs import ArmRuns
from agents.analysts.shared.derived_facts import series_fact
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case


def identical_runs(case: Case, arms: Sequence[ArmRuns]) -> Part:
    """Return a finding for each arm whose runs have identical series."""
    return join_parts(_identical_runs_of(case, arm) for arm in arms)


def _identical_runs_of(case: Case, arm: ArmRuns) -> Part:
    metrics = dict.fromkeys(series.metric for series in case.series)
    by_metric = [runs for metric in metrics if len(runs := series_of(case, metric, arm.runs)) > 1]
    if not by_metric or not all(all_equal([series.values for series in runs]) for runs in by_metric):
        return Part()
    name, runs = f"performance.{arm.subject}.identical_runs", by_metric[0]
    label = f"runs of {arm.subject} whose series are equal to the last digit"
    fact = series_fact(name, len(runs), "runs", label, runs[0], identical_runs)
    fact = replace(fact, subject=arm.subject, n=len(runs))
    text = (
        f"{arm.opening}, the learning curves of {{{{f:{name}}}}} runs are copies of each other, so the seed may not be "
        "in effect."
    )
    return Part((fact,), (Finding(id=f"identical-runs-{arm.subject}", kind="anomaly", text=text, facts=(name,)),))
