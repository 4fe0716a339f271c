"""Read everything that a run folder states about its run, for the view of a single run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.run_table.run_row import RunRow

_LONG = ("distributions", "source")  # parts of the provenance that the view of a run leaves out


@dataclass(frozen=True)
class RunDetails:
    """A run with its error, its artifacts and its provenance. `folder` is relative to the lab.

    `packages` is the number of installed distributions that the provenance lists.
    """

    row: RunRow
    folder: str
    error: Mapping[str, Any] | None
    artifacts: Mapping[str, int]  # size in bytes by path
    provenance: Mapping[str, Any]
    data: Mapping[str, Any]  # version of each tracked path
    packages: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            **self.row.to_json(),
            "folder": self.folder,
            "error": self.error,
            "artifacts": dict(self.artifacts),
            "provenance": dict(self.provenance),
            "data": dict(self.data),
        }


def read_details(lab: Lab, row: RunRow) -> RunDetails:
    """Return the details of a run. A file that is missing or damaged has none."""
    folder = lab.run(row.run)
    status = readable_object(lab.status(row.run)) or readable_object(lab.machine_failure(row.run)) or {}
    provenance = readable_object(folder / "provenance.json") or {}
    artifacts, error = _object(status.get("artifacts")), status.get("error")
    return RunDetails(
        row,
        (lab.partial_run(row.run) if row.state == "running" else folder).relative_to(lab.root).as_posix(),
        error if isinstance(error, dict) else None,
        {str(path): artifact["size"] for path, artifact in artifacts.items() if _has_size(artifact)},
        {name: value for name, value in provenance.items() if name not in _LONG},
        _object((readable_object(folder / "config.json") or {}).get("data")),
        len(_object(provenance.get("distributions"))),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _has_size(artifact: Any) -> bool:
    return isinstance(artifact, dict) and isinstance(artifact.get("size"), int)
