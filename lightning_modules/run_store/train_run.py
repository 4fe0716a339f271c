"""Train a run and store it completely or not at all.

The run is written to a partial folder, under a lock and a lease. The status is written last, before the final rename.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from compiler.base.paths import Lab
from compiler.base.redaction import redact_keys
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import RunError, RunStatus
from lightning_modules.checkpoints.store import open_store
from lightning_modules.data.verify import check_data
from lightning_modules.failures.classify import TransientFailure, describe_failure, failure_kind
from lightning_modules.failures.kinds import is_machine_failure, is_retried, killed_error
from lightning_modules.provenance.collect import Start
from lightning_modules.provenance.files import complete_provenance
from lightning_modules.run_store.file_modes import apply_umask
from lightning_modules.run_store.reuse import reusable_status
from lightning_modules.run_store.run_files import copy_log, finish_run, list_artifacts, write_inputs
from lightning_modules.run_store.run_lease import leased_folder
from lightning_modules.run_store.run_lock import exclusive_run
from lightning_modules.run_store.signals import DebuggerQuit, StopSignal, left_debugger, signals_as_interrupts
from lightning_modules.training.recorded_training import train

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def train_run(
    job: RunJob, lab: Lab, attempt: int, last_attempt: bool, log: Path | None, clock: Clock = utc_now
) -> RunStatus:
    """Train a run, move it into the run store and return its status, completed or failed.

    If another process trains the same run, wait for it and reuse its result. The working folder must be the root of
    the lab, because paths of data in a config are relative to it. `log` is copied to `train.log`.

    If this function raises, the files of the attempt are deleted, except the last checkpoint of a long training.

    Raises:
        TransientFailure: The machine failed and attempts remain, or another process has acquired the folder.
        KeyboardInterrupt: The training was interrupted or terminated.
        OSError: The status could not be written.
    """
    with exclusive_run(lab, job.run_id):
        if (finished := reusable_status(job, lab)) is not None:
            _delete_checkpoint(lab, job.run_id)
            return finished
        with signals_as_interrupts() as stop, leased_folder(lab.partial_run(job.run_id), clock()) as folder:
            started_at, start = clock(), time.monotonic()
            raised = _train_in_folder(folder, job, lab, attempt, started_at, stop)
            error = None if raised is None else _error_to_record(raised, job.run_id, attempt, last_attempt)
            copy_log(log, folder)
            times = (started_at, clock(), time.monotonic() - start)
            complete_provenance(folder, times[1])
            status = status_of(folder, job.run_id, attempt, times, error)
            finish_run(folder, lab, status)
            if not is_machine_failure(status):  # after a machine failure, the next build resumes from the checkpoint
                _delete_checkpoint(lab, job.run_id)
    return status


def record_killed_run(
    job: RunJob, lab: Lab, attempt: int, signal_number: int, log: Path | None, clock: Clock = utc_now
) -> RunStatus:
    """Record a run as failed because a signal killed its training process.

    If the run is complete, return its status unchanged: the process may have been killed after it had written
    everything, or another process may have trained the run in the meantime.
    """
    with exclusive_run(lab, job.run_id):
        if (finished := reusable_status(job, lab)) is not None:
            return finished
        with leased_folder(lab.partial_run(job.run_id), clock()) as folder:
            started_at = clock()
            write_inputs(folder, job, lab, Start(started_at, attempt))
            copy_log(log, folder)
            times = (started_at, clock(), 0.0)
            complete_provenance(folder, times[1])
            status = status_of(folder, job.run_id, attempt, times, killed_error(signal_number))
            finish_run(folder, lab, status)
    return status


def _train_in_folder(
    folder: Path, job: RunJob, lab: Lab, attempt: int, started_at: datetime, stop: StopSignal
) -> Exception | SystemExit | None:
    """Train the run and return the exception that ended it, None if it completed.

    Raises:
        KeyboardInterrupt: The training was interrupted or terminated, or a debugger was quit.
    """
    checkpoints = open_store(lab.checkpoint(job.run_id).absolute(), job.run_id, job.fingerprint)
    try:
        write_inputs(folder, job, lab, Start(started_at, attempt, checkpoints.resumed_from))
        check_data(job.data, lab.root)
        output = (folder / "output").absolute()
        train(job.config, job.run_id, output, checkpoints, experiments=job.experiments, data=job.data)
    except (Exception, SystemExit) as raised:
        if left_debugger(raised):
            hint = "remove breakpoint(), and debug with: proband try EXPERIMENT"
            raise DebuggerQuit(f"run {job.run_id}: a debugger was quit, so nothing is recorded ({hint})") from raised
        if stop.caused(raised):
            raise KeyboardInterrupt from raised
        return raised
    return None


def _error_to_record(raised: BaseException, run_id: str, attempt: int, last_attempt: bool) -> RunError:
    """Return the `error` entry of status.json.

    Raises:
        TransientFailure: The failure is transient and attempts remain, so it is not recorded.
    """
    kind = failure_kind(raised)
    if is_retried(kind) and not last_attempt:
        raise TransientFailure(run_id, attempt, kind, redact_keys(str(raised))) from raised
    return describe_failure(raised, kind)


def status_of(
    folder: Path, run_id: str, attempt: int, times: tuple[datetime, datetime, float], error: RunError | None
) -> RunStatus:
    """Return the status of the run in the folder. `times` are the start, the end, and the duration in seconds."""
    started_at, completed_at, seconds = times
    apply_umask(folder)
    return RunStatus(
        run_id=run_id,
        status="failed" if error else "completed",
        attempt=attempt,
        started_at=started_at.isoformat(),
        completed_at=completed_at.isoformat(),
        duration_seconds=seconds,
        error=error,
        artifacts=list_artifacts(folder),
    )


def _delete_checkpoint(lab: Lab, run_id: str) -> None:
    shutil.rmtree(lab.checkpoint(run_id), ignore_errors=True)
