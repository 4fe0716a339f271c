"""Choose the columns of a run table, and give each a title that no other column has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from compiler.plan.model import Plan, PlannedExperiment
from compiler.run_table.columns import (
    METRICS,
    PARAMETERS,
    Column,
    find_column,
    metric_column,
    metric_names,
    parameter_column,
    parameter_names,
    varying_parameters,
)
from compiler.run_table.run_row import FIXED_COLUMNS, RunRow

_MAX_METRICS = 6  # in a table for people, if no experiment names the metrics that matter


def all_columns(rows: Sequence[RunRow], *, all_parameters: bool = False) -> dict[str, Column]:
    """Return the columns for programs by title: the fixed ones, parameters, and all metrics.

    Args:
        rows: the listed runs.
        all_parameters: whether parameters are included that are equal in all runs and swept by none.
    """
    parameters = parameter_names(rows) if all_parameters else varying_parameters(rows)
    fixed = {name: find_column(name, rows) for name in FIXED_COLUMNS}
    return fixed | _titled(parameters, metric_names(rows))


def short_columns(rows: Sequence[RunRow], plan: Plan, experiment_id: str | None) -> dict[str, Column]:
    """Return the columns for people by title: the parameters that vary, and the metrics that experiments name."""
    titles = ["run", "state", "points" if experiment_id else "experiments"]
    names = [experiment_id] if experiment_id else list(dict.fromkeys(name for row in rows for name in row.experiments))
    named = {metric for name in names if name in plan.experiments for metric in _metrics_of(plan.experiments[name])}
    measured = metric_names(rows)
    metrics = [metric for metric in measured if metric in named] or measured[:_MAX_METRICS]
    return {title: find_column(title, rows) for title in titles} | _titled(varying_parameters(rows), metrics)


def named_columns(names: Iterable[str], rows: Sequence[RunRow]) -> dict[str, Column]:
    """Return the columns that a user asks for, after the id of the run. Raises UnknownColumn."""
    return {name: find_column(name, rows) for name in dict.fromkeys(["run", *names])}


def _titled(parameters: Iterable[str], metrics: Iterable[str]) -> dict[str, Column]:
    """Return columns by title. A title that would be ambiguous gets its group as prefix."""
    parameters, metrics = list(parameters), list(metrics)
    ambiguous = {*FIXED_COLUMNS} | ({*parameters} & {*metrics})
    return {
        **{_title(PARAMETERS, name, ambiguous): parameter_column(name) for name in parameters},
        **{_title(METRICS, name, ambiguous): metric_column(name) for name in metrics},
    }


def _title(group: str, name: str, ambiguous: Iterable[str]) -> str:
    return f"{group}.{name}" if name in ambiguous else name


def _metrics_of(experiment: PlannedExperiment) -> Iterator[str]:
    """Yield the metrics that an experiment names: in its test, its search and its deliverables."""
    for objective in (experiment.design.test, experiment.search):
        if objective is not None:
            yield objective.metric
    for deliverable in experiment.deliverables.values():
        spec: Mapping[str, object] = deliverable.spec
        if isinstance(metric := spec.get("metric"), str):
            yield metric
