"""Define the content of `status.json`, the last file that a training job writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import parse_json

SCHEMA_VERSION = 1
_MAX_LINE = 200  # characters of a failure message in one line


@dataclass(frozen=True)
class RunError:
    """The reason why a run failed. `hint` states what to do about an error of this kind."""

    kind: str
    message: str
    hint: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class Artifact:
    """A file of a run. `size` is in bytes."""

    size: int
    sha256: str

    def matches(self, file: Path) -> bool:
        """Return whether a file has this size and hash. Raises OSError if it is missing or cannot be read."""
        return file.stat().st_size == self.size and sha256_of_file(file) == self.sha256


@dataclass(frozen=True)
class RunStatus:
    """The result of a training job. `artifacts` are keyed by their path relative to the folder of the run.

    `duration_seconds` comes from a monotonic clock. The times come from the system clock, which can jump.
    """

    status: Literal["completed", "failed"]
    run_id: str = ""
    attempt: int = 1
    started_at: str | None = None
    completed_at: str | None = None
    duration_seconds: float | None = None
    error: RunError | None = None
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)

    @property
    def is_completed(self) -> bool:
        return self.status == "completed"

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def read_complete_status(path: Path) -> RunStatus | None:
    """Return the content of a status file, or None if the file is missing, invalid or lacks a field."""
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
        error = RunError(**content["error"]) if content["error"] else None
        artifacts = {name: Artifact(**artifact) for name, artifact in content["artifacts"].items()}
        fields = {name: content[name] for name in RunStatus.__dataclass_fields__}
        return RunStatus(**fields | {"error": error, "artifacts": artifacts})
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return None


def failure_line(content: Mapping[str, Any]) -> str:
    """Return kind and first line of the error in the content of a status file, which may be incomplete."""
    error = content.get("error")
    error = error if isinstance(error, dict) else {}
    lines = str(error.get("message") or "").strip().splitlines() or ["no reason was recorded"]
    return f"{error.get('kind', 'unknown')}: {lines[0][:_MAX_LINE]}"
