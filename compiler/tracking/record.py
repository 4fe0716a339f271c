"""Define what a training records about its tracking.

`output/tracking.json` states what was logged. `tracking/problem.json` states why less was logged or sent than the
config asks for. Checks compare the tracker's data with these files. Nothing in them is secret.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from compiler.base.json_files import parse_json, write_json

RECORD = "output/tracking.json"  # paths in the folder of a run
ADDED_RECORD = "tracking/tracking.json"  # of a log that was written after the training
PROBLEM = "tracking/problem.json"
SCHEMA_VERSION = 1
Stage = Literal["start", "training", "finish", "upload"]


class DamagedTrackingRecord(Exception):
    """The file is not a tracking record."""


@dataclass(frozen=True)
class LoggedArtifact:
    """A model or a data set that was logged.

    `digest` is that of the tracker for the complete artifact. `files` has, for each file, its SHA-256 or the version of
    the data. `version` is assigned by a server, so it is None for an offline run.
    """

    name: str
    type: Literal["model", "dataset"]
    digest: str
    files: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None


@dataclass(frozen=True)
class TrackingRecord:
    """What was logged. `mode` is the mode the training ended with: offline if an online start failed.

    `rows` is the number of rows in the history that contain a metric. `config_sha256` is the hash of the logged config
    as canonical JSON. `url` is None for an offline run.
    """

    tracker: str
    mode: str
    project: str | None
    entity: str | None
    run_id: str
    url: str | None = None
    exit_code: int = 0
    group: str | None = None
    tags: tuple[str, ...] = ()
    artifacts: tuple[LoggedArtifact, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    config_sha256: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


@dataclass(frozen=True)
class TrackingProblem:
    """Why a run is not tracked as its config asks. `log_complete` is false if the local log lacks rows, too."""

    tracker: str
    mode: str  # as the config asks
    stage: Stage
    reason: str
    at: str
    log_complete: bool = True

    def to_json(self) -> dict[str, Any]:
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


def read_tracking(folder: Path) -> TrackingRecord | None:
    """Return what the run in a folder logged, None if it was not tracked, or tracked before there was a record.

    Raises:
        DamagedTrackingRecord: The file is damaged.
    """
    path = next((folder / name for name in (ADDED_RECORD, RECORD) if (folder / name).exists()), folder / RECORD)
    content = _content(path)
    if content is None:
        return None
    try:
        artifacts = tuple(LoggedArtifact(**artifact) for artifact in content["artifacts"])
        rows = {str(name): int(count) for name, count in content["rows"].items()}
        fields = {name: content[name] for name in TrackingRecord.__dataclass_fields__}
        return TrackingRecord(**fields | {"artifacts": artifacts, "rows": rows, "tags": tuple(content["tags"])})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DamagedTrackingRecord(f"{path}: is not a tracking record ({error!r})") from error


def read_problem(folder: Path) -> TrackingProblem | None:
    """Return why the run in a folder is not tracked as its config asks, None if it is.

    Raises:
        DamagedTrackingRecord: The file is damaged.
    """
    content = _content(folder / PROBLEM)
    if content is None:
        return None
    try:
        return TrackingProblem(**{name: content[name] for name in TrackingProblem.__dataclass_fields__})
    except (KeyError, TypeError) as error:
        raise DamagedTrackingRecord(f"{folder / PROBLEM}: is not a tracking problem ({error!r})") from error


def write_problem(folder: Path, problem: TrackingProblem) -> None:
    """Write the first problem of a run. Later problems are mostly its consequences, so they are left out."""
    if not (folder / PROBLEM).exists():
        write_json(folder / PROBLEM, problem.to_json())


def _content(file: Path) -> Mapping[str, Any] | None:
    try:
        content = parse_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedTrackingRecord(f"{file}: cannot be read ({error})") from error
    if not isinstance(content, dict):
        raise DamagedTrackingRecord(f"{file}: is not a JSON object")
    return content
