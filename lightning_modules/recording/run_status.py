"""Define the content of `status.json`, the last file that a training job writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from lightning_modules.recording.json_document import json_document


@dataclass(frozen=True)
class RunError:
    """The reason why a run failed. `hint` tells what to do about an error of this kind."""

    kind: str
    message: str
    hint: str
    traceback: str


@dataclass(frozen=True)
class Artifact:
    """A file of a run. `size` is in bytes."""

    size: int
    sha256: str


@dataclass(frozen=True)
class RunStatus:
    """The result of a training job. `artifacts` are keyed by their path relative to the folder of the run.

    `duration_seconds` comes from a monotonic clock. The times come from the system clock, which can jump.
    """

    run_id: str
    status: Literal["completed", "failed"]
    attempt: int
    started_at: str
    completed_at: str
    duration_seconds: float
    error: RunError | None
    artifacts: Mapping[str, Artifact]

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    def to_json(self) -> dict[str, Any]:
        return json_document(asdict(self))


def read_run_status(path: Path) -> RunStatus | None:
    """Read a status file. Return None if it is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        error = RunError(**content["error"]) if content["error"] else None
        artifacts = {name: Artifact(**artifact) for name, artifact in content["artifacts"].items()}
        fields = {name: content[name] for name in RunStatus.__dataclass_fields__}
        return RunStatus(**fields | {"error": error, "artifacts": artifacts})
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None
