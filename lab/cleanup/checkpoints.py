"""Decide for which checkpoints of planned runs there is no more use, and which a failed training would resume from."""

from __future__ import annotations

from typing import Literal

from compiler.base.json_files import readable_object
from compiler.base.paths import Lab
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import read_complete_status
from lightning_modules.failures.kinds import is_machine_failure

CheckpointKind = Literal["checkpoint of a finished run", "checkpoint of a failed run"]


def planned_checkpoint(lab: Lab, run: str) -> CheckpointKind | None:
    """Return what the checkpoint of a planned run is. None without one, or if its training was only interrupted.

    A finished run has a checkpoint if its process was killed just before it removed it. If the machine failed the last
    attempt, the next build resumes from the checkpoint. A checkpoint of other code than that of the finished run
    belongs to a training that was interrupted since.
    """
    folder = lab.checkpoint(run)
    if not folder.is_dir() or folder.is_symlink():
        return None
    status = read_complete_status(lab.status(run))
    if lab.machine_failure(run).is_file() or (status is not None and is_machine_failure(status)):
        return "checkpoint of a failed run"
    trained = (readable_object(folder / "checkpoint.json") or {}).get("fingerprint")
    is_of_run = trained is not None and trained == recorded_fingerprint(lab.run(run))
    return "checkpoint of a finished run" if status is not None and is_of_run else None
