"""Convert runs, facts and histories to pandas DataFrames, and runs to the Parquet format."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from compiler.base.diagnostics import InputError
from compiler.base.json_files import parse_json
from compiler.base.paths import Lab
from compiler.run_table.columns import Column
from compiler.run_table.run_row import RunRow
from compiler.view.run_log import history_file

_FACT_COLUMNS = ("id", "value", "unit", "n", "subject", "label", "is_post_hoc", "is_prediction", "file")
_HISTORY_COLUMNS = ("run", "point", "epoch", "step")


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


def facts_frame(file: Path) -> pd.DataFrame:
    """Return one row for each fact of `facts.jsonl`; no row if the file does not exist. Damaged lines are reported."""
    facts = [
        {name: fact.get(name) for name in _FACT_COLUMNS[:-1]} | {"file": source.get("file") if source else None}
        for fact in _json_lines(file)
        for source in [fact.get("source") if isinstance(fact.get("source"), dict) else None]
    ]
    return pd.DataFrame(facts, columns=list(_FACT_COLUMNS), dtype="object" if not facts else None)


def history_frame(lab: Lab, rows: Sequence[RunRow]) -> pd.DataFrame:
    """Return the logged metrics of runs. A history that cannot be read is reported, and the others are returned."""
    frames = [frame for row in rows if (frame := _history(lab, row)) is not None]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(_HISTORY_COLUMNS))


def _history(lab: Lab, row: RunRow) -> pd.DataFrame | None:
    file = history_file(lab, row.run)  # of a running training as well
    if not file.is_file():
        return None
    try:
        frame = pd.read_csv(file, on_bad_lines="warn", encoding_errors="replace")
    except (OSError, ValueError) as error:  # pandas' ParserError and EmptyDataError are ValueErrors
        warnings.warn(f"{file}: is not readable: {error}", stacklevel=4)
        return None
    if list(frame.columns[:2]) != ["epoch", "step"]:
        warnings.warn(f"{file}: is not readable: it has no header with epoch and step", stacklevel=4)
        return None
    frame.insert(0, "run", row.run)
    frame.insert(1, "point", row.points[0] if row.points else None)
    return frame


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    if not file.is_file():
        return
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        try:
            content = parse_json(line)
        except ValueError as error:
            warnings.warn(f"{file}:{number}: is not JSON: {error}", stacklevel=4)
            continue
        if isinstance(content, dict):
            yield content


def _column(cells: list[Any]) -> pd.Series:
    """Return the cells of a column: numbers and bools with their own type, everything else as objects."""
    cells = [";".join(cell) if isinstance(cell, tuple) else cell for cell in cells]  # names, as in CSV
    types = {type(cell) for cell in cells if cell is not None}
    if types and types <= {int, float} and (None in cells or float in types):
        return pd.Series([None if cell is None else float(cell) for cell in cells], dtype="float64")
    return pd.Series(cells, dtype=None if types in ({int}, {bool}) and None not in cells else "object")


def _has_one_type(column: pd.Series) -> bool:
    types = {type(cell) for cell in column if cell is not None}
    return len(types) <= 1 and not types & {list, tuple, dict}
