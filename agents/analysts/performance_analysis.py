"""The performance analyst: how training went, what looks odd, and what the time went to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from agents.analysis.analysis_schema import Analysis, Finding, NotEstimated
from agents.analysis.tasks import Task
from agents.analysts.performance.anomaly_findings import anomaly_findings
from agents.analysts.performance.bottlenecks import bottlenecks
from agents.analysts.performance.convergence import convergence
from agents.analysts.performance.generalisation import generalisation
from agents.analysts.performance.identical_runs import identical_runs
from agents.analysts.performance.learning_curves import learning_curves
from agents.analysts.performance.metric_series import LoggedMetrics, logged_metrics, metric_name_id
from agents.analysts.performance.recommendations import recommendations
from agents.analysts.shared.arm_runs import ArmRuns, arm_column, arm_runs
from agents.analysts.shared.part import Part, join_parts
from agents.context.case import Case
from agents.documents.document import Table
from agents.facts.fact import Fact, by_id

_NOTHING = "–"
_TABLE = "training"


def analyse(case: Case, task: Task, figures: Path) -> Analysis:
    """Findings over the courses and costs of all runs; PNG and SVG go to `figures`."""
    arms = arm_runs(case)
    found = join_parts(
        (
            _runs(task),
            learning_curves(case, arms, figures),
            convergence(case, arms),
            generalisation(case, arms),
            anomaly_findings(case, arms),
            identical_runs(case, arms),
            bottlenecks(case, arms, figures),
        )
    )
    facts = by_id(found.facts)
    tables = _table(arms, facts, logged_metrics(case))
    return Analysis(
        analyst=task.analyst,
        experiment_id=case.experiment_id,
        title="How training went",
        summary=_summary(case, found),
        findings=(*(_ends() for _ in tables), *found.findings),
        recommendations=recommendations(case, task, arms, facts, found.findings),
        not_estimated=_not_estimated(task, found),
        tables=(*tables, *found.tables),
        figures=found.figures,
        facts=tuple(each.to_json() for each in facts.values()),
    )


def _runs(task: Task) -> Part:
    """Failed runs are told whatever else there is to tell; that all completed, the summary says."""
    if not task.failed:
        return Part()
    names = ("experiment.runs", "experiment.runs.completed", "experiment.runs.failed")
    completed, failed = "{{f:experiment.runs.completed}} completed", "{{f:experiment.runs.failed}} failed"
    text = f"Of {{{{f:experiment.runs}}}} runs {completed}, {failed}."
    return Part(findings=(Finding(id="runs", text=text, facts=names), *map(_failed, task.failed)))


def _failed(run: str) -> Finding:
    text = f"Run {{{{f:{run}.id}}}} failed and gives no value; the recorded reason: {{{{f:{run}.failure}}}}"
    return Finding(id=f"failed-{run}", kind="limitation", text=text, facts=(f"{run}.id", f"{run}.failure"))


def _summary(case: Case, found: Part) -> str:
    begun = "{{f:experiment.runs.completed}} of {{f:experiment.runs}} runs completed."
    if not case.series:
        return f"{begun} No run kept a history, so nothing can be said of the course of training."
    odd = any(one.kind == "anomaly" for one in found.findings)
    found_odd = "Anomalies were found; they are told as such."
    return f"{begun} {found_odd if odd else 'No anomaly was found where it could be told.'}"


def _not_estimated(task: Task, found: Part) -> tuple[NotEstimated, ...]:
    """Each once: the coordinator may have known what a part found out for itself."""
    known = [NotEstimated(what=each.what, why=each.why) for each in task.untestable]
    return tuple({each.what: each for each in (*known, *found.not_estimated)}.values())


def _ends() -> Finding:
    return Finding(id=_TABLE, text=f"{{{{ref:{_TABLE}}}}} has the end of training by arm.")


def _table(arms: Sequence[ArmRuns], facts: Mapping[str, Fact], found: LoggedMetrics) -> list[Table]:
    """Means at the end of training, an arm each; a column that no arm fills is left out."""
    columns = {title: what for title, what in _columns(found).items() if any(_id(arm, what) in facts for arm in arms)}
    if not columns:
        return []
    rows = tuple((arm.level, *(_cell(facts, _id(arm, what)) for what in columns.values())) for arm in arms)
    caption = (
        "The end of training by arm: means over its runs. The loss gap is evaluation minus training, "
        "the test gap the evaluation metric minus its counterpart on the test split."
    )
    numeric = (False, *(True for _ in columns))
    return [Table(id=_TABLE, caption=caption, columns=(arm_column(arms), *columns), rows=rows, numeric=numeric)]


def _columns(found: LoggedMetrics) -> dict[str, str]:
    metric = str(found.eval_metric)
    return {
        "Near its last value from": f"{metric}.settled_at",
        f"{{{{f:{metric_name_id(metric)}}}}}": f"{metric}.last",
        "Training loss": f"{found.train_loss}.last",
        "Evaluation loss": f"{found.eval_loss}.last",
        "Loss gap": "loss_gap",
        "Test gap": "test_gap",
    }


def _id(arm: ArmRuns, what: str) -> str:
    return f"performance.{arm.subject}.{what}.mean"


def _cell(facts: Mapping[str, Fact], name: str) -> str:
    return f"{{{{f:{name}}}}}" if name in facts else _NOTHING
