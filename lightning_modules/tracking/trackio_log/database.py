"""Read the database of a run that was logged to trackio, without trackio: it is an SQLite file with JSON texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json

SUMMARY_PREFIX, ARTIFACT_PREFIX, EXIT_CODE = "summary/", "artifacts/", "exit_code"
_COLUMNS = {
    "metrics": {"id", "run_id", "run_name", "step", "metrics"},
    "configs": {"run_id", "run_name", "config"},
}


class CorruptDatabase(Exception):
    """The file is not a complete database of trackio with one run."""


@dataclass(frozen=True)
class TrackioLog:
    """The run in a database. `results` is its last row: final metrics, digests of the artifacts and exit code.

    `rows` is the number of all rows.
    """

    name: str
    config: Mapping[str, Any]
    values: Mapping[str, Sequence[Any]]  # of each metric, in the order of the rows
    results: Mapping[str, Any]
    rows: int

    @property
    def summary(self) -> dict[str, Any]:
        return _with_prefix(self.results, SUMMARY_PREFIX)

    @property
    def artifacts(self) -> dict[str, Any]:
        return _with_prefix(self.results, ARTIFACT_PREFIX)


def read_database(file: Path) -> TrackioLog:
    """Return the run in a database. Raises CorruptDatabase."""
    if file.is_symlink() or not file.is_file():
        raise CorruptDatabase(f"{file.name}: is not a regular file")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")  # the file is data: it may call no function
            _check_schema(connection, file.name)
            return _read(connection, file.name)
    except (sqlite3.Error, ValueError, OSError, RecursionError) as error:
        raise CorruptDatabase(f"{file.name}: cannot be read ({error})") from error


def _check_schema(connection: sqlite3.Connection, name: str) -> None:
    if (state := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
        raise CorruptDatabase(f"{name}: damaged or incomplete ({' '.join(str(state).split())})")
    for table, columns in _COLUMNS.items():
        kind = connection.execute("SELECT type FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        actual = {column[1] for column in connection.execute(f"PRAGMA table_info({table})")}
        if kind != ("table",) or not columns <= actual:
            raise CorruptDatabase(f"{name}: has no table '{table}' as trackio 0.43 writes it")


def _read(connection: sqlite3.Connection, name: str) -> TrackioLog:
    configs = connection.execute("SELECT run_id, run_name, config FROM configs").fetchall()
    runs = set(connection.execute("SELECT run_id, run_name FROM metrics"))
    if len(configs) != 1 or runs != {configs[0][:2]}:
        raise CorruptDatabase(f"{name}: contains {len(configs)} configs and {len(runs)} runs, expected the same run")
    rows = [_object(text) for (text,) in connection.execute("SELECT metrics FROM metrics ORDER BY id")]
    history, results = (rows[:-1], rows[-1]) if EXIT_CODE in rows[-1] else (rows, {})
    return TrackioLog(str(configs[0][1]), _object(configs[0][2]), _columns(history), results, len(rows))


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for row in rows:
        for name, value in row.items():
            values.setdefault(name, []).append(value)
    return values


def _object(text: Any) -> dict[str, Any]:
    """Parse a JSON object. trackio stores it as text or as its bytes."""
    content = parse_json(text.decode("utf-8") if isinstance(text, bytes) else str(text))
    if not isinstance(content, dict):
        raise ValueError(f"not a JSON object: {str(content)[:60]}")
    return content


def _with_prefix(row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}
