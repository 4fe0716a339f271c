"""How a training becomes a run on disk: whole, or not there at all.

A run is written beside its place, under a lock and a lease, its status last; then the folder is renamed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from filelock import FileLock

from compiler.paths import Lab
from lightning_modules.checkpoint_folder import opened
from lightning_modules.data_version import check_data
from lightning_modules.failure_kinds import is_transient
from lightning_modules.failures import TransientFailure, described, failure_kind
from lightning_modules.interrupts import interrupts_on_sigterm, is_interrupt
from lightning_modules.json_file import write_json
from lightning_modules.lease import LEASE, leased_folder
from lightning_modules.provenance import provenance
from lightning_modules.training import train

Clock = Callable[[], datetime]
Status = dict[str, Any]
_STATUS = "status.json"


def utc_now() -> datetime:
    return datetime.now(UTC)


def train_run(
    job: Mapping[str, Any], lab: Lab, attempt: int, last_attempt: bool, log: Path | None, clock: Clock = utc_now
) -> Status:
    """Trains one compiled run and puts it in its place; answers its status, completed or failed.

    A second trainer of the same run waits for the first, and takes what that completed meanwhile. The working folder
    must be the lab's root, because a config names its data relative to it. `log` is copied to `train.log`.

    Raises:
        TransientFailure: the machine failed and there are attempts left, or another trainer is at it without a lock.
        KeyboardInterrupt: interrupted or terminated.
        OSError: not even the failure could be written.
        In each case nothing of the attempt is kept, but the last checkpoint of a long one.
    """
    run_id, place = job["run_id"], lab.run(job["run_id"])
    seen, lock = _text(place / _STATUS), lab.run_lock(run_id)
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        if _text(place / _STATUS) != seen and (finished := _completed(place, job)):
            return finished
        with interrupts_on_sigterm(), leased_folder(lab.partial_run(run_id), run_id, attempt, clock()) as folder:
            status = _trained(job, lab, folder, attempt, last_attempt, log, clock)
            _put_in_place(folder, place)
            shutil.rmtree(lab.checkpoint(run_id), ignore_errors=True)
    return status


def _trained(
    job: Mapping[str, Any], lab: Lab, folder: Path, attempt: int, last_attempt: bool, log: Path | None, clock: Clock
) -> Status:
    started_at, error = clock(), None
    checkpoint = opened(lab.checkpoint(job["run_id"]).absolute(), job["run_id"], job["fingerprint"])
    try:
        write_json(folder / "config.json", {key: job[key] for key in ("run_id", "config", "data")})
        write_json(folder / "provenance.json", provenance(job, lab.root, started_at, checkpoint.resumed))
        check_data(job["data"], lab.root)
        train(job["config"], job["run_id"], (folder / "output").absolute(), checkpoint)
    except (Exception, SystemExit) as raised:
        error = _written_down(raised, job["run_id"], attempt, last_attempt)
    _keep_log(log, folder)
    return _write_status(folder, job["run_id"], attempt, started_at, clock(), error)


def _written_down(raised: BaseException, run_id: str, attempt: int, last_attempt: bool) -> dict[str, str]:
    """The failure as the status tells it, unless it is one that is not to be told."""
    if is_interrupt(raised):
        raise KeyboardInterrupt from raised
    kind = failure_kind(raised)
    if is_transient(kind) and not last_attempt:
        raise TransientFailure(run_id, attempt, kind, str(raised)) from raised
    return described(raised, kind)


def _write_status(
    folder: Path,
    run_id: str,
    attempt: int,
    started_at: datetime,
    completed_at: datetime,
    error: dict[str, str] | None,
) -> Status:
    status = {
        "schema_version": 1,
        "run_id": run_id,
        "status": "failed" if error else "completed",
        "attempt": attempt,
        "started_at": started_at.isoformat(),
        "completed_at": completed_at.isoformat(),
        "duration_seconds": (completed_at - started_at).total_seconds(),
        "error": error,
        "artifacts": _artifacts(folder),
    }
    write_json(folder / _STATUS, status)
    return status


def _artifacts(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and hash of every file, so that a later change to one cannot go unseen."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / LEASE)
    return {
        file.relative_to(folder).as_posix(): {"size": file.stat().st_size, "sha256": _sha256(file)} for file in files
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _keep_log(log: Path | None, folder: Path) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    if log is not None and log.is_file():
        shutil.copyfile(log, folder / "train.log")


def _put_in_place(folder: Path, place: Path) -> None:
    """Renames over an empty folder or none. Older evidence is moved aside first, and goes when the new is there."""
    (folder / LEASE).unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    if place.is_dir() and any(place.iterdir()):
        os.replace(place, aside)
    os.replace(folder, place)
    shutil.rmtree(aside, ignore_errors=True)


def _completed(place: Path, job: Mapping[str, Any]) -> Status | None:
    """The status of a run that another trainer completed with the same code."""
    status, origin = _object(place / _STATUS), _object(place / "provenance.json")
    same_code = origin.get("fingerprint") == job["fingerprint"]
    return status if same_code and status.get("status") == "completed" else None


def _object(path: Path) -> dict[str, Any]:
    content = json.loads(_text(path) or "{}")
    return content if isinstance(content, dict) else {}


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
