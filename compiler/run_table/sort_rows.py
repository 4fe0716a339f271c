"""Sort runs by the value of a column. Runs without the value come last in both directions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from compiler.run_table.columns import Column
from compiler.run_table.run_row import RunRow


def sort_rows(rows: Sequence[RunRow], column: Column, *, descending: bool = False) -> list[RunRow]:
    """Return the rows in the order of a column; rows with equal values keep their order.

    Numbers come before texts, because a column may have both.
    """
    present = [row for row in rows if _is_sortable(column(row))]
    absent = [row for row in rows if not _is_sortable(column(row))]
    return [*sorted(present, key=lambda row: _sort_key(column(row)), reverse=descending), *absent]


def _is_sortable(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def _sort_key(value: Any) -> tuple[int, float, str]:
    if isinstance(value, int | float):
        return (0, value, "")
    return (1, 0.0, str(value))
