"""Convert runs to a pandas DataFrame and to the Parquet format."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from compiler.base.diagnostics import InputError
from compiler.run_table.columns import Column
from compiler.run_table.run_row import RunRow


def runs_frame(rows: Sequence[RunRow], columns: Mapping[str, Column]) -> pd.DataFrame:
    """Return one row for each run. The columns exist without runs, too. A missing number is NaN, another value None."""
    values = {title: [column(row) for row in rows] for title, column in columns.items()}
    return pd.DataFrame({title: _column(cells) for title, cells in values.items()})


def parquet_bytes(rows: Sequence[RunRow], columns: Mapping[str, Column]) -> bytes:
    """Return the runs as a Parquet file. Lists, and values of a column with several types, become JSON texts.

    Raises:
        InputError: pyarrow is not installed.
    """
    frame = runs_frame(rows, columns)
    for title in frame.columns:
        if not _has_one_type(frame[title]):
            frame[title] = [None if value is None else json.dumps(value) for value in frame[title]]
    stream = io.BytesIO()
    try:
        frame.to_parquet(stream, engine="pyarrow", index=False)
    except ImportError as error:
        raise InputError('--format parquet: needs pyarrow (pip install "proband[parquet]")') from error
    return stream.getvalue()


def _column(cells: list[Any]) -> pd.Series:
    """Return the cells of a column: numbers and bools with their own type, everything else as objects."""
    types = {type(cell) for cell in cells if cell is not None}
    if types and types <= {int, float} and (None in cells or float in types):
        return pd.Series([None if cell is None else float(cell) for cell in cells], dtype="float64")
    return pd.Series(cells, dtype=None if types in ({int}, {bool}) and None not in cells else "object")


def _has_one_type(column: pd.Series) -> bool:
    types = {type(cell) for cell in column if cell is not None}
    return len(types) <= 1 and not types & {list, tuple, dict}
