"""Decide whether a finished run can be reused, and restore its status file if Snakemake has deleted it.

Snakemake deletes the output of a job before it runs the job, and when the job was interrupted. So each run keeps a copy
of its status. A run without the copy is trained again. For this purpose, `--forcerun` deletes the copy.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import Artifact, RunStatus, read_complete_status
from lightning_modules.failures.kinds import is_machine_failure


def reusable_status(job: RunJob, lab: Lab) -> RunStatus | None:
    """Return the status of the run if it is complete and was trained with the current code, None otherwise.

    If a status is returned, the status file of the run exists. A run that failed because of the machine is not reused.
    Each build resets such runs, but a process that outlived an earlier build may have recorded one since then.
    """
    run_id = job.run_id
    status = read_complete_status(lab.status_copy(run_id))
    if (
        status is None
        or is_machine_failure(status)
        or recorded_fingerprint(lab.run(run_id)) != job.fingerprint
        or not has_recorded_files(lab.run(run_id), status)
    ):
        return None
    if read_complete_status(lab.status(run_id)) != status:
        restore_status(lab, run_id)
    return status


def restore_status(lab: Lab, run_id: str) -> None:
    """Write the status file of a run again from its copy. The last step is a rename."""
    temporary_path = lab.run(run_id) / ".status.json.new"
    shutil.copyfile(lab.status_copy(run_id), temporary_path)
    temporary_path.replace(lab.status(run_id))


def has_recorded_files(folder: Path, status: RunStatus) -> bool:
    """Return whether every artifact exists and has its recorded size and hash."""
    return all(_is_recorded(folder / path, artifact) for path, artifact in status.artifacts.items())


def _is_recorded(file: Path, artifact: Artifact) -> bool:
    try:
        return artifact.matches(file)
    except OSError:
        return False
