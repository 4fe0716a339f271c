"""Whether a run that is there still stands, so that nothing that finished is trained again.

Snakemake deletes the output of a job before it runs it, and after it was interrupted. So a run keeps a copy of its
status, which only a forced training, or other code, takes its standing from.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import RunStatus, read_complete_status
from lightning_modules.failures.kinds import is_machine_failure


def restored_status(job: RunJob, lab: Lab) -> RunStatus | None:
    """The status of a whole run that was trained with today's code, back in its place; None where there is none.

    A failure of the machine does not stand: an orphan of an earlier build may have written it down just now.
    """
    run_id = job.run_id
    status, origin = read_complete_status(lab.status_copy(run_id)), _object(lab.run(run_id) / "provenance.json")
    if (
        status is None
        or is_machine_failure(status)
        or origin.get("fingerprint") != job.fingerprint
        or not _is_whole(lab.run(run_id), status)
    ):
        return None
    if read_complete_status(lab.status(run_id)) != status:
        aside = lab.run(run_id) / ".status.json.new"
        shutil.copyfile(lab.status_copy(run_id), aside)
        aside.replace(lab.status(run_id))
    return status


def _is_whole(place: Path, status: RunStatus) -> bool:
    """Every artifact is there in its size; whether one was changed is for the checks to tell."""
    files = {place / path: artifact.size for path, artifact in status.artifacts.items()}
    return all(file.is_file() and file.stat().st_size == size for file, size in files.items())


def _object(path: Path) -> dict[str, Any]:
    """A JSON object, empty where there is none that can be read: then the run does not stand."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
