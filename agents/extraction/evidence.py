"""What a facts job has read: every file once, with its hash. Making facts of it needs no disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.facts.fact import Source

METRICS = "output/metrics.json"
EVALUATION = "output/eval_results.json"
SYSTEM = "output/system_metrics.json"
CONFIG = "config.json"
PROVENANCE = "provenance.json"
DOCUMENTS = (METRICS, EVALUATION, SYSTEM, CONFIG, PROVENANCE)


@dataclass(frozen=True)
class Document:
    """A JSON object and the file it stood in."""

    content: Mapping[str, Any]
    source: Source


@dataclass(frozen=True)
class History:
    """The rows of history.csv, as text."""

    rows: tuple[Mapping[str, str], ...]
    source: Source


@dataclass(frozen=True)
class RunFiles:
    """One point and the run that it names. `documents` lacks what is missing or cannot be read."""

    point: str
    run_id: str
    overrides: Mapping[str, Any]
    status: Document
    documents: Mapping[str, Document] = field(default_factory=dict)
    history: History | None = None

    @property
    def is_completed(self) -> bool:
        return bool(self.status.content.get("status") == "completed")


@dataclass(frozen=True)
class Ancestor:
    """The parent, and those of its runs that are there. `compare` is its registered test."""

    experiment_id: str
    compare: Mapping[str, Any] | None
    planned_points: int
    runs: tuple[RunFiles, ...]


@dataclass(frozen=True)
class Evidence:
    """`runs` has one entry a point: points of equal settings name one run."""

    experiment_id: str
    spec: Document
    results: Document
    registration: Document | None
    runs: tuple[RunFiles, ...]
    parent: Ancestor | None = None

    @property
    def compare(self) -> Mapping[str, Any] | None:
        """The registered test, as it was carried out."""
        compare: Mapping[str, Any] | None = self.results.content.get("comparison")
        return compare

    @property
    def metric(self) -> str:
        """The metric that arms are ranked by."""
        return str(self.results.content["summary_metrics"]["metric"])

    @property
    def goal(self) -> str:
        """`maximize` or `minimize`."""
        aim = self.compare or self.results.content.get("search") or {"goal": "maximize"}
        return str(aim["goal"])
