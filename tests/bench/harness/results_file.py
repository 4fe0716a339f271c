"""The measured tables as a JSON file. A table that is measured again replaces its last measurement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json, write_json
from tests.bench.harness.rows import Item, Note, Row


@dataclass
class MeasuredTable:
    """The rows of a table, and when and on which machine they were measured."""

    title: str
    measured_at: str
    machine: Mapping[str, str]
    commit: str
    load_average: float  # of the last minute before the measurement
    busy_percent: float  # of the processor, by other programs, just before the measurement
    reference_seconds: float
    is_quick: bool = False  # whether the sizes are tiny, to test the table
    seconds: float = 0.0  # wall time of the measurement
    items: list[Item] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [item for item in self.items if isinstance(item, Row)]

    @property
    def notes(self) -> list[Note]:
        return [item for item in self.items if isinstance(item, Note)]


def read_tables(file: Path) -> dict[str, MeasuredTable]:
    """Return the measured tables by name; none if there is no file."""
    if not file.is_file():
        return {}
    return {name: _table(document) for name, document in read_json(file)["tables"].items()}


def ordered(measured: Mapping[str, MeasuredTable], names: Iterable[str]) -> dict[str, MeasuredTable]:
    """Return the measured tables in the order of the names, without tables that do not exist any more."""
    return {name: measured[name] for name in names if name in measured}


def write_tables(file: Path, tables: Mapping[str, MeasuredTable]) -> None:
    write_json(file, {"schema_version": 1, "tables": {name: _document(table) for name, table in tables.items()}})


def _table(document: Mapping[str, Any]) -> MeasuredTable:
    values = {key: value for key, value in document.items() if key not in ("rows", "notes")}
    items: list[Item] = [*(Row(**row) for row in document["rows"]), *(Note(note) for note in document["notes"])]
    return MeasuredTable(**values, items=items)


def _document(table: MeasuredTable) -> dict[str, Any]:
    document = asdict(table)
    del document["items"]
    return {**document, "rows": [asdict(row) for row in table.rows], "notes": [note.text for note in table.notes]}
