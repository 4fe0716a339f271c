"""Build the table of final values of training, by arm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agents.analysts.performance.generalisation import mean_id
from agents.analysts.performance.metric_series import logged_metrics, metric_name_id
from agents.analysts.shared.arm_runs import ArmRuns, arm_column
from agents.analysts.shared.table_cells import fact_cell
from agents.context.case import Case
from agents.documents.document import Table
from agents.facts.fact import Fact

TABLE = "training"


def final_values_table(case: Case, arms: Sequence[ArmRuns], facts: Mapping[str, Fact]) -> tuple[Table, ...]:
    """Return the table of the means of each arm, none if there are no means. Columns without values are omitted."""
    columns = {
        title: quantity
        for title, quantity in _columns(case).items()
        if any(mean_id(arm.subject, quantity) in facts for arm in arms)
    }
    if not columns:
        return ()

    rows = tuple(
        (arm.level, *(fact_cell(facts, mean_id(arm.subject, quantity)) for quantity in columns.values()))
        for arm in arms
    )
    caption = (
        "Final values of training by arm, as means over runs. Converged at: convergence epoch. Loss gap: evaluation "
        "loss minus training loss. Test gap: evaluation metric minus its value on the test split."
    )
    numeric = (False, *(True for _ in columns))
    return (Table(id=TABLE, caption=caption, columns=(arm_column(case), *columns), rows=rows, numeric=numeric),)


def _columns(case: Case) -> dict[str, str]:
    metrics = logged_metrics(case)
    metric = str(metrics.eval_metric)
    return {
        "Converged at": f"{metric}.settled_at",
        f"{{{{f:{metric_name_id(metric)}}}}}": f"{metric}.last",
        "Training loss": f"{metrics.train_loss}.last",
        "Evaluation loss": f"{metrics.eval_loss}.last",
        "Loss gap": "loss_gap",
        "Test gap": "test_gap",
    }
