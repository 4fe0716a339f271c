"""Find a column of a run table by its name: a fixed column, a metric or a parameter.

A plain name means the fixed column, else the metric, else the parameter that has it. `metrics.NAME` and `params.NAME`
are always the metric and the parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from compiler.base.diagnostics import InputError, did_you_mean
from compiler.run_table.run_row import FIXED_COLUMNS, RunRow

Column = Callable[[RunRow], Any]  # None if the run has no such value
METRICS, PARAMETERS = "metrics", "params"
_MAX_HINTS = 3


class UnknownColumn(InputError):
    """No run has a value of this name."""


def find_column(name: str, rows: Sequence[RunRow]) -> Column:
    """Return the column of a name. Raises UnknownColumn."""
    group, _, rest = name.partition(".")
    if group == METRICS and rest in metric_names(rows):
        return metric_column(rest)
    if group == PARAMETERS and rest in parameter_names(rows):
        return parameter_column(rest)
    if name in FIXED_COLUMNS:
        return lambda row: row.fixed_value(name)
    if name in metric_names(rows):
        return metric_column(name)
    if name in parameter_names(rows):
        return parameter_column(name)
    hint = _hint(name, rows)
    raise UnknownColumn(f"no run has a metric, parameter or column '{name}'" + (f" ({hint})" if hint else ""))


def metric_column(name: str) -> Column:
    return lambda row: row.metrics.get(name)


def parameter_column(name: str) -> Column:
    return lambda row: row.parameters.get(name)


def metric_names(rows: Iterable[RunRow]) -> list[str]:
    return sorted({name for row in rows for name in row.metrics})


def parameter_names(rows: Iterable[RunRow]) -> list[str]:
    return sorted({name for row in rows for name in row.parameters})


def varying_parameters(rows: Sequence[RunRow]) -> list[str]:
    """Return the parameters that differ between the runs or that a point sets."""
    swept = {key for row in rows for point in row.shown_points for key in point.overrides}
    return [name for name in parameter_names(rows) if name in swept or _differs(name, rows)]


def _differs(name: str, rows: Iterable[RunRow]) -> bool:
    return len({repr(row.parameters.get(name)) for row in rows if row.parameters}) > 1


def _hint(name: str, rows: Sequence[RunRow]) -> str:
    """Return a hint that names the columns that contain the name, else a similarly written one."""
    metrics, parameters = metric_names(rows), parameter_names(rows)
    containing = [other for other in (*metrics, *parameters) if name and name in other]
    if containing:
        return f"did you mean {' or '.join(containing[:_MAX_HINTS])}?"
    return did_you_mean(name, {*FIXED_COLUMNS, *metrics, *parameters})
