"""How a training becomes a run on disk: whole, or not there at all.

A run is written beside its place, under a lock and a lease, its status last; then the folder is renamed.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import write_json
from compiler.base.lease import LEASE
from compiler.base.paths import Lab
from compiler.plan.planned_run import RunJob
from compiler.runs.run_status import Artifact, RunError, RunStatus
from lightning_modules.checkpoints.store import open_store
from lightning_modules.data.verify import check_data
from lightning_modules.failures.classify import TransientFailure, describe_failure, failure_kind
from lightning_modules.failures.kinds import is_machine_failure, is_transient, killed_error
from lightning_modules.recording.json_document import json_document
from lightning_modules.recording.provenance import ResumedFrom, collect_provenance
from lightning_modules.run_store.atomic_move import put_in_place
from lightning_modules.run_store.reuse import restored_status
from lightning_modules.run_store.run_lease import leased_folder, still_held, wait_for_writer
from lightning_modules.run_store.signals import Stop, interrupts_on_sigterm
from lightning_modules.training.recorded_training import train

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def train_run(
    job: RunJob, lab: Lab, attempt: int, last_attempt: bool, log: Path | None, clock: Clock = utc_now
) -> RunStatus:
    """Trains one compiled run and puts it in its place; answers its status, completed or failed.

    A second trainer of the same run waits for the first, and takes what that completed meanwhile. The working folder
    must be the lab's root, because a config names its data relative to it. `log` is copied to `train.log`.

    Raises:
        TransientFailure: the machine failed and there are attempts left, or another trainer is at it without a lock.
        KeyboardInterrupt: interrupted or terminated.
        OSError: not even the failure could be written.
        In each case nothing of the attempt is kept, but the last checkpoint of a long one.
    """
    run_id, lock = job.run_id, lab.run_lock(job.run_id)
    with _held(lock):
        wait_for_writer(lab.partial_run(run_id), _tell)
        complete_placing(lab, run_id)
        if (finished := restored_status(job, lab)) is not None:
            shutil.rmtree(lab.checkpoint(run_id), ignore_errors=True)
            return finished
        with interrupts_on_sigterm() as stop, leased_folder(lab.partial_run(run_id), clock()) as folder:
            status = _trained(job, lab, folder, attempt, last_attempt, log, clock, stop)
            finish(folder, lab, status)
            if not is_machine_failure(status):  # which another build tries again, from there
                shutil.rmtree(lab.checkpoint(run_id), ignore_errors=True)
    return status


def write_down_killed(
    job: RunJob, lab: Lab, attempt: int, signal_number: int, log: Path | None, clock: Clock = utc_now
) -> RunStatus:
    """Puts a run in place whose trainer was ended from outside, and could not say so itself.

    Unless it is whole: the end may have come when all was written, or another trainer have completed it meanwhile.
    """
    run_id, lock = job.run_id, lab.run_lock(job.run_id)
    with _held(lock):
        wait_for_writer(lab.partial_run(run_id), _tell)
        complete_placing(lab, run_id)
        if (finished := restored_status(job, lab)) is not None:
            return finished
        with leased_folder(lab.partial_run(run_id), clock()) as folder:
            started_at = clock()
            _begin(job, lab, folder, started_at, None)
            _keep_log(log, folder)
            status = _status(folder, run_id, attempt, (started_at, clock(), 0.0), killed_error(signal_number))
            finish(folder, lab, status)
    return status


def finish(folder: Path, lab: Lab, status: RunStatus) -> None:
    """Write the status, last of all, and rename the folder into its place."""
    run_id = status.run_id
    still_held(folder, run_id, status.attempt)
    (folder / LEASE).unlink()
    for name in (lab.status_copy(run_id).name, lab.status(run_id).name):
        write_json(folder / name, status.to_json())
    put_in_place(folder, lab.run(run_id))


def complete_placing(lab: Lab, run_id: str) -> None:
    """A process that was killed between the last byte and the rename has left a whole run."""
    folder = lab.partial_run(run_id)
    if (folder / lab.status(run_id).name).is_file() and not (folder / LEASE).exists():
        put_in_place(folder, lab.run(run_id))


@contextmanager
def _held(lock: Path) -> Iterator[None]:
    """The lock of a run. Its file may be deleted at any time, so the lease is asked as well."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    file_lock = FileLock(lock)
    try:
        file_lock.acquire(timeout=0)
    except Timeout:
        _tell("waits for another process, which trains this run")
        file_lock.acquire()
    try:
        yield
    finally:
        file_lock.release()


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _trained(
    job: RunJob,
    lab: Lab,
    folder: Path,
    attempt: int,
    last_attempt: bool,
    log: Path | None,
    clock: Clock,
    stop: Stop,
) -> RunStatus:
    began, error = time.monotonic(), None
    started_at = clock()
    checkpoint = open_store(lab.checkpoint(job.run_id).absolute(), job.run_id, job.fingerprint)
    try:
        _begin(job, lab, folder, started_at, checkpoint.resumed_from)
        check_data(job.data, lab.root)
        train(job.config, job.run_id, (folder / "output").absolute(), checkpoint)
    except (Exception, SystemExit) as raised:
        if stop.explains(raised):
            raise KeyboardInterrupt from raised
        error = _written_down(raised, job.run_id, attempt, last_attempt)
    _keep_log(log, folder)
    return _status(folder, job.run_id, attempt, (started_at, clock(), time.monotonic() - began), error)


def _begin(job: RunJob, lab: Lab, folder: Path, started_at: datetime, resumed: ResumedFrom | None) -> None:
    """Writes down what is known of a run before its first step."""
    write_json(
        folder / "config.json", json_document({"run_id": job.run_id, "config": job.config, "data": dict(job.data)})
    )
    provenance = collect_provenance(job, lab.root, started_at, resumed)
    write_json(folder / "provenance.json", json_document(asdict(provenance)))


def _written_down(raised: BaseException, run_id: str, attempt: int, last_attempt: bool) -> RunError:
    """The failure as the status tells it, unless it is one that is not to be told."""
    kind = failure_kind(raised)
    if is_transient(kind) and not last_attempt:
        raise TransientFailure(run_id, attempt, kind, str(raised)) from raised
    return describe_failure(raised, kind)


def _status(
    folder: Path, run_id: str, attempt: int, times: tuple[datetime, datetime, float], error: RunError | None
) -> RunStatus:
    """The status of what lies in the folder. The duration is not the difference of the times: clocks jump."""
    started_at, completed_at, seconds = times
    return RunStatus(
        run_id=run_id,
        status="failed" if error else "completed",
        attempt=attempt,
        started_at=started_at.isoformat(),
        completed_at=completed_at.isoformat(),
        duration_seconds=seconds,
        error=error,
        artifacts=_artifacts(folder),
    )


def _artifacts(folder: Path) -> dict[str, Artifact]:
    """Size and hash of every file, so that a later change to one cannot go unseen."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / LEASE)
    return {file.relative_to(folder).as_posix(): Artifact(file.stat().st_size, sha256_of_file(file)) for file in files}


def _keep_log(log: Path | None, folder: Path) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    if log is not None and log.is_file():
        shutil.copyfile(log, folder / "train.log")
