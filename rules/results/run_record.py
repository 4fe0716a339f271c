"""A finished run as its files tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.deliverables.training_metrics import finite_number
from compiler.plan.planned_run import RunJob, read_run_job

_NUMBERS = ("output/metrics.json", "output/eval_results.json")  # the later file wins: it is the test split
_NOT_METRICS = frozenset({"schema_version", "n"})


@dataclass(frozen=True)
class RunRecord:
    """What the status of a run says, and the finite numbers it measured."""

    run_id: str
    folder: Path
    status: Mapping[str, Any]
    metrics: Mapping[str, float]

    @property
    def is_completed(self) -> bool:
        return bool(self.status.get("status") == "completed")

    @property
    def failure(self) -> str:
        """Why it failed, in a few words; empty when it did not."""
        if self.is_completed:
            return ""
        error = self.status.get("error") or {}
        return f"{error.get('kind', 'unknown')}: {first_line(error.get('message', 'no reason was recorded'))}"

    @property
    def kind(self) -> str:
        return str((self.status.get("error") or {}).get("kind", "unknown"))


def run_record(lab: Lab, run_id: str) -> RunRecord:
    """Read one run. A status that cannot be read is evidence of a failed run, and says so."""
    folder = lab.run(run_id)
    try:
        status = read_object(folder, "status.json")
    except UnreadableArtifact as error:
        status = {"status": "failed", "error": {"kind": "unreadable", "message": str(error)}}
    return RunRecord(run_id, folder, status, _metrics(folder) if status.get("status") == "completed" else {})


def compiled_job(lab: Lab, run_id: str) -> RunJob:
    """What was compiled for a run: its config and data versions."""
    return read_run_job(lab.run_job(run_id))


def first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else ""


def _metrics(folder: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    for path in _NUMBERS:
        try:
            content = read_object(folder, path)
        except UnreadableArtifact:
            continue  # the deliverable that promises this file tells of it
        found |= {key: value for key, value in content.items() if finite_number(value) and key not in _NOT_METRICS}
    return found
