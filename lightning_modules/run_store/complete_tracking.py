"""Track a finished run for an experiment that asks for more tracking than its training did, without training it again.

The log is written from the history, the metrics and the config of the run. It is stored beside `output/`, because the
run recorded the hashes of the files in `output/`.
"""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.diagnostics import InputError
from compiler.base.json_files import write_json
from compiler.plan.planned_run import RunJob
from compiler.tracking.choice import tracker_name, tracking_mode
from compiler.tracking.record import ADDED_RECORD, PROBLEM, TrackingProblem, write_problem
from compiler.tracking.upload import UPLOADED
from lightning_modules.checks.file_hashes import altered_file
from lightning_modules.run_store.wandb_upload import Upload, sync
from lightning_modules.tracking.report_problem import without_key
from lightning_modules.tracking.wandb_log import find_logs

OUTPUT, ADDED = "output", "tracking"  # folders of a log: written by the training, or later
_SOURCES = ("output/history.csv", "output/metrics.json")


class ChangedRun(InputError):
    """The log of a run cannot be written again, because files of the run were changed."""


def complete_tracking(folder: Path, job: RunJob, upload: Upload | None = None) -> None:
    """Write the log of a completed run if its tracker has none, and upload it to W&B if the config asks for it.

    A run whose history or metrics are damaged gets no log. The results list the damage.

    Args:
        folder: the folder of the run.
        job: the run, whose config has the tracking that an experiment asks for.
        upload: sends a log to the server, by default with W&B's own command.

    Raises:
        UploadFailed: the log could not be uploaded.
        Exception: the tracker failed.
    """
    mode = tracking_mode(job.config)
    if mode == "disabled":
        return
    tracker = tracker_name(job.config)
    if not has_log(folder, tracker):
        if not is_replayable(folder):
            return
        _write_log(folder, job)
    if tracker != "wandb":
        return
    log = find_logs(folder)[0]
    if mode == "online" and log.parent.name.startswith("offline-") and not (folder / UPLOADED).is_file():
        upload_log(folder, job, upload or sync)


def upload_log(folder: Path, job: RunJob, upload: Upload) -> None:
    """Upload the log of a run, and record where. Raises UploadFailed."""
    tracking = job.config["tracking"]
    upload(find_logs(folder)[0].parent, job.run_id, tracking)
    address = {"project": tracking["project"], "entity": tracking.get("entity"), "run_id": job.run_id}
    write_json(folder / UPLOADED, {"schema_version": 1, **address})
    (folder / PROBLEM).unlink(missing_ok=True)


def replace_log(folder: Path, job: RunJob) -> None:
    """Write the log of a run again, in the place of one that lacks rows or artifacts. Raises ChangedRun."""
    if not is_replayable(folder):
        raise ChangedRun(f"run {job.run_id}: its history or metrics were changed after the training")
    shutil.rmtree(folder / ADDED / tracker_name(job.config), ignore_errors=True)
    _write_log(folder, job)


def is_replayable(folder: Path) -> bool:
    """Return whether the files from which a log is written are those of the training."""
    return all((folder / path).is_file() and not altered_file(folder, path) for path in _SOURCES)


def has_log(folder: Path, tracker: str) -> bool:
    """Return whether a tracker has a log of the run in a folder, written by the training or later."""
    if tracker == "wandb":
        return bool(find_logs(folder))
    return any(file.is_file() for part in (OUTPUT, ADDED) for file in (folder / part / tracker).rglob("*"))


def record_problem(folder: Path, job: RunJob, error: Exception) -> str:
    """Record why a finished run is not tracked as an experiment asks, in the place of an older problem."""
    reason = without_key(" ".join(str(error).split()) or type(error).__name__)
    now, tracker, mode = datetime.now(UTC).isoformat(), tracker_name(job.config), tracking_mode(job.config)
    (folder / PROBLEM).unlink(missing_ok=True)
    write_problem(folder, TrackingProblem(tracker, mode, "upload", reason, now, has_log(folder, tracker)))
    return reason


def _write_log(folder: Path, job: RunJob) -> None:
    """Write an offline log into `tracking/`. A rename makes it appear complete or not at all."""
    from lightning_modules.tracking.replay import write_log  # imports lightning
    from lightning_modules.tracking.tracker import RunToTrack

    tracker = tracker_name(job.config)
    target = folder / ADDED / tracker
    temporary = folder / f".tracking.{os.getpid()}"
    shutil.rmtree(temporary, ignore_errors=True)  # of a killed process that had the same id
    temporary.mkdir()
    output = (folder / "output").absolute()
    run = RunToTrack(job.run_id, job.config, output, job.experiments, job.data, temporary.absolute())
    try:
        record = write_log(run)
        target.parent.mkdir(exist_ok=True)
        if not target.exists():  # another build may have written it
            write_json(folder / ADDED_RECORD, record.to_json())
            (temporary / tracker).rename(target)
    finally:
        shutil.rmtree(temporary)
