"""Find the recorded reproductions of a published package: those of exactly the trainings that it contains."""

from __future__ import annotations

from pathlib import Path

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.reproduction.read_records import reproductions
from compiler.reproduction.summary import Summary
from lab.publication.contents.redacted_json import redacted_json


def published_reproductions(lab: Lab, package: Path) -> Summary:
    """Return the reproductions of the completed runs of a package.

    A record is compared with the run in the store. If the run was trained again since the publication, the record says
    nothing about the package and does not count.
    """
    statuses = {file.parent.name: readable_object(file) for file in sorted(package.glob("runs/*/status.json"))}
    completed = {run: status for run, status in statuses.items() if status and status.get("status") == "completed"}
    published = [run for run, status in completed.items() if _stored(lab, run) == status]
    summary = reproductions(lab, published)
    return Summary(tuple(completed), summary.counted, summary.damaged)


def _stored(lab: Lab, run: str) -> object:
    """Return the status of a run in the store as its package contains it, None if it cannot be read."""
    status = readable_object(lab.status(run))
    return None if status is None else redacted_json(status).value
