"""Arms whose runs are copies of each other, which their seeds should have kept apart."""

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
    return join_parts(_of_arm(case, arm) for arm in arms)


def _of_arm(case: Case, arm: ArmRuns) -> Part:
    metrics = dict.fromkeys(one.metric for one in case.series)
    logged = [every for metric in metrics if len(every := series_of(case, metric, arm.runs)) > 1]
    if not logged or not all(all_equal([one.values for one in every]) for every in logged):
        return Part()
    name, runs = f"performance.{arm.subject}.identical_runs", logged[0]
    label = f"runs of {arm.subject} whose courses are equal to the last digit"
    fact = series_fact(name, len(runs), "runs", label, runs[0], identical_runs)
    fact = replace(fact, subject=arm.subject, n=len(runs))
    text = f"{arm.where} the courses of {{{{f:{name}}}}} runs are copies of each other: seeds may not be in effect."
    return Part((fact,), (Finding(id=f"identical-runs-{arm.subject}", kind="anomaly", text=text, facts=(name,)),))
