"""Define the contents of all files that facts are extracted from. Each file is read once and hashed."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from agents.context.results import Results
from agents.facts.fact import Source
from agents.registered_test.comparison import Comparison
from compiler.registration.history import Registration
from compiler.reproduction.summary import Summary
from compiler.runs.run_status import RunStatus

METRICS = "output/metrics.json"
EVALUATION = "output/eval_results.json"
SYSTEM = "output/system_metrics.json"
CONFIG = "config.json"
PROVENANCE = "provenance.json"
DOCUMENTS = (METRICS, EVALUATION, SYSTEM, CONFIG, PROVENANCE)
Content = TypeVar("Content")


@dataclass(frozen=True)
class Document(Generic[Content]):
    """The parsed content of a JSON file, and the file."""

    content: Content
    source: Source


JsonDocument = Document[Mapping[str, Any]]


@dataclass(frozen=True)
class Column:
    """The numbers that were logged for a metric, with their epochs from 1. Arrays, because a history can be long."""

    epochs: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))


@dataclass(frozen=True)
class History:
    """The columns of history.csv by metric. Cells that are not numbers are left out."""

    columns: Mapping[str, Column]
    source: Source

    @classmethod
    def of_rows(cls, rows: Iterable[Mapping[Any, Any]], source: Source) -> History:
        """Return the history in rows of text, which are read one at a time."""
        columns: dict[str, Column] = {}
        for row in rows:
            epoch = int(_number(row.get("epoch")) or 0.0) + 1
            for name, cell in row.items():
                value = None if name in ("epoch", "step", None) else _number(cell)
                if value is not None:
                    column = columns.setdefault(name, Column())
                    column.epochs.append(epoch)
                    column.values.append(value)
        return cls(columns, source)


def _number(cell: str | None) -> float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return None


@dataclass(frozen=True)
class RunFiles:
    """One point and its run. `documents` does not contain missing or unreadable files."""

    point: str
    run_id: str
    overrides: Mapping[str, Any]
    status: Document[RunStatus]
    documents: Mapping[str, JsonDocument] = field(default_factory=dict)
    history: History | None = None

    @property
    def is_completed(self) -> bool:
        return self.status.content.is_completed

    @property
    def seconds(self) -> float | None:
        """The duration of the training."""
        seconds = self.status.content.duration_seconds
        return None if seconds is None else float(seconds)


@dataclass(frozen=True)
class Ancestor:
    """The parent experiment and its existing runs. `factor` is that of its registered test."""

    experiment_id: str
    factor: str | None
    planned_points: int
    runs: tuple[RunFiles, ...]


@dataclass(frozen=True)
class ClosedGate:
    name: str
    why: str


@dataclass(frozen=True)
class Evidence:
    """All files of an experiment. `runs` has one entry for each point, so runs may occur several times.

    `reproductions` are those of the completed runs. Its file is the last record that counts.
    """

    experiment_id: str
    spec_file: Source  # experiment.json
    results: Document[Results]
    registration: Document[Registration] | None
    runs: tuple[RunFiles, ...]
    parent: Ancestor | None = None
    closed_gates: tuple[Document[ClosedGate], ...] = ()
    reproductions: Document[Summary] | None = None

    @property
    def comparison(self) -> Comparison | None:
        """The result of the registered test, if there is one."""
        return self.results.content.comparison

    @property
    def tested_runs(self) -> tuple[RunFiles, ...]:
        """The runs that the registered test rests on: those that were not known at its registration."""
        known = frozenset(self.results.content.registration.known_runs)
        return tuple(run for run in self.runs if run.run_id not in known)

    @property
    def factor(self) -> str | None:
        """The factor of the registered test, if there is one."""
        return self.comparison.test.factor if self.comparison else None

    @property
    def metric(self) -> str:
        """The metric by which arms are ranked."""
        return self.results.content.metric
