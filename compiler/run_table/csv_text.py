"""Write rows as CSV. A text cell that a spreadsheet would run as a formula is quoted."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compiler.base.printable import printable
from compiler.run_table.columns import Column
from compiler.run_table.run_row import RunRow

_FORMULA_STARTS = ("=", "+", "-", "@")


def csv_text(rows: Sequence[RunRow], columns: Mapping[str, Column]) -> str:
    """Return the runs as CSV with a header."""
    return csv_of_rows(list(columns), ([column(row) for column in columns.values()] for row in rows))


def csv_of_rows(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV with a header. A missing value is an empty cell, a list is JSON.

    Characters that cannot be printed are escaped.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(_cell, header))
    writer.writerows(map(_cell, row) for row in rows)
    return text.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | dict):
        value = ";".join(value) if _is_names(value) else json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return str(value)
    text = printable(value).replace("\n", "\\n").replace("\t", "\\t")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _is_names(value: Any) -> bool:
    """Return whether a value is a list of texts without a separator, such as the names of experiments."""
    return isinstance(value, tuple) and all(isinstance(item, str) and ";" not in item for item in value)
