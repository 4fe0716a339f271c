"""Read a run from its files: its status, and the numbers that it measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from compiler.base.paths import Lab
from compiler.deliverables.artifact import UnreadableArtifact, read_object
from compiler.runs.run_metrics import run_metrics
from compiler.runs.run_status import RunStatus, failure_line

_STATUS = TypeAdapter(RunStatus)


@dataclass(frozen=True)
class RunRecord:
    """The status of a run and its finite metrics. `content` is the complete status.json."""

    run_id: str
    folder: Path
    status: RunStatus
    content: Mapping[str, Any]
    metrics: Mapping[str, float]

    @property
    def is_completed(self) -> bool:
        return self.status.is_completed

    @property
    def failure(self) -> str:
        """The reason of the failure in one line, empty for a completed run."""
        return "" if self.is_completed else failure_line(self.content)


def read_run(lab: Lab, run_id: str) -> RunRecord:
    """Read the status and metrics of a run. If status.json is missing or invalid, the run counts as failed."""
    folder = lab.run(run_id)
    try:
        content = read_object(folder, "status.json")
        status = _STATUS.validate_python(content)
    except (UnreadableArtifact, ValidationError) as error:
        reason = (
            str(error) if isinstance(error, UnreadableArtifact) else f"status.json is invalid: {_first_problem(error)}"
        )
        content = {"status": "failed", "error": {"kind": "unreadable", "message": reason}}
        status = _STATUS.validate_python(content)
    return RunRecord(run_id, folder, status, content, run_metrics(folder) if status.is_completed else {})


def read_runs(lab: Lab, run_ids: Iterable[str]) -> dict[str, RunRecord]:
    return {run_id: read_run(lab, run_id) for run_id in run_ids}


def _first_problem(error: ValidationError) -> str:
    """Return the first problem with its position in the file."""
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
