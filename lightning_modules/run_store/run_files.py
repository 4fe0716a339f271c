"""Write the files of a run that do not depend on its model: config, provenance, log and status."""

from __future__ import annotations

import sys
from pathlib import Path

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_json
from compiler.base.lease import LEASE
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import Artifact, RunStatus
from compiler.tracking.record import PROBLEM
from lightning_modules.provenance.collect import Start
from lightning_modules.provenance.files import write_provenance
from lightning_modules.recording.json_document import json_document
from lightning_modules.run_store.atomic_move import move_into_store
from lightning_modules.run_store.redacted_log import copy_redacted
from lightning_modules.run_store.run_lease import check_lease_held


def write_inputs(folder: Path, job: RunJob, lab: Lab, start: Start) -> None:
    """Write `config.json`, `provenance.json` and `source.diff`, before the training."""
    write_config(folder, job)
    write_provenance(folder, job, lab.root, start)


def write_config(folder: Path, job: RunJob) -> None:
    config = {"run_id": job.run_id, "config": job.config, "data": dict(job.data)}
    write_json(folder / "config.json", json_document(config))


def copy_log(log: Path | None, folder: Path) -> None:
    """Copy the log of the job, as written so far and without keys, to `train.log`."""
    sys.stdout.flush()
    sys.stderr.flush()
    if log is not None and log.is_file():
        copy_redacted(log, folder / "train.log")


def list_artifacts(folder: Path) -> dict[str, Artifact]:
    """Return the size and hash of every file, so that later changes are noticed.

    The files that `finish_run` writes are left out, also if the training wrote files with these names. So is the
    problem of the tracking, which an upload solves.
    """
    written_later = {folder / name for name in (LEASE, "status.json", ".status.json", PROBLEM)}
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file not in written_later)
    return {file.relative_to(folder).as_posix(): Artifact(file.stat().st_size, sha256_of_file(file)) for file in files}


def finish_run(folder: Path, lab: Lab, status: RunStatus) -> None:
    """Write the status as the last file, and move the folder into the run store.

    Raises:
        TransientFailure: Another process has acquired the folder.
    """
    run_id = status.run_id
    check_lease_held(folder, run_id, status.attempt)
    (folder / LEASE).unlink()
    for name in (lab.status_copy(run_id).name, lab.status(run_id).name):
        write_json(folder / name, status.to_json())
    move_into_store(folder, lab.run(run_id))
