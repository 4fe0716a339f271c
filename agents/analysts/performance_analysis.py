"""The performance analyst: learning curves, convergence, generalisation, anomalies and costs of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Analysis, Finding
from agents.analysis.failed_runs import failed_run_finding
from agents.analysis.tasks import Task
from agents.analysts.performance.anomaly_findings import anomaly_findings
from agents.analysts.performance.convergence import convergence
from agents.analysts.performance.final_values_table import TABLE, final_values_table
from agents.analysts.performance.generalisation import generalisation
from agents.analysts.performance.identical_runs import identical_runs
from agents.analysts.performance.learning_curves import learning_curves
from agents.analysts.performance.performance_profiles import performance_profiles
from agents.analysts.performance.recommendations import recommendations
from agents.analysts.performance.run_costs import run_costs
from agents.analysts.shared.arm_runs import arm_runs
from agents.analysts.shared.open_questions import open_questions
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.facts.fact import by_id


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    """Analyse the series and the costs of all runs. Figures are written to `figures` as PNG and SVG."""
    arms = arm_runs(case)
    part = join_parts(
        (
            _failed_runs(task),
            learning_curves(case, arms, figures),
            convergence(case, arms),
            generalisation(case, arms),
            anomaly_findings(case, arms),
            identical_runs(case, arms),
            performance_profiles(case, arms, figures),
            run_costs(case, arms, figures),
        )
    )
    facts = by_id(part.facts)
    tables = final_values_table(case, arms, facts)
    overview = Finding(id=TABLE, text=f"{{{{ref:{TABLE}}}}} lists the final values of training by arm.")
    return Analysis(
        analyst=task.analyst,
        experiment_id=case.experiment_id,
        title="Training performance",
        summary=_summary(case, part.findings),
        findings=(*(overview for _ in tables), *part.findings),
        recommendations=recommendations(case, task, arms, facts, part.findings),
        not_estimated=open_questions(task, part),
        tables=(*tables, *part.tables),
        figures=part.figures,
        facts=tuple(fact.to_json() for fact in facts.values()),
    )


def _failed_runs(task: Task) -> Part:
    if not task.failed:
        return Part()
    names = ("experiment.runs", "experiment.runs.completed", "experiment.runs.failed")
    counts = "{{f:experiment.runs.completed}} completed and {{f:experiment.runs.failed}} failed"
    overview = Finding(id="runs", text=f"Of {{{{f:experiment.runs}}}} runs, {counts}.", facts=names)
    return Part(findings=(overview, *map(failed_run_finding, task.failed)))


def _summary(case: Case, findings: Sequence[Finding]) -> str:
    runs = "{{f:experiment.runs.completed}} of {{f:experiment.runs}} runs completed."
    if not case.series:
        return f"{runs} No run recorded a metric history, so there are no learning curves."
    if any(finding.kind == "anomaly" for finding in findings):
        return f"{runs} Anomalies were found."
    return f"{runs} No anomaly was found in the series with enough points."
