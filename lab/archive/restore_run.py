"""Restore an archived run: write its files into a temporary folder, check them, and move the folder into the store."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from compiler.base.lease import find_writer
from compiler.base.paths import Lab
from compiler.runs.recorded_fingerprint import recorded_fingerprint
from compiler.runs.run_status import read_complete_status
from lab.archive.content import Cache, Digests, StoredFile
from lab.archive.pointers.pointer import RunPointer
from lab.archive.run_content import STATUS_FILES, check_run
from lightning_modules.run_store.atomic_move import move_into_store
from lightning_modules.run_store.reuse import has_recorded_files, restore_status
from lightning_modules.run_store.run_lock import lock_without_waiting
from rules.build.changes.changed_runs import free_folder

_SUFFIX = ".restored"  # of the temporary folder in `results/runs/.partial/`


class InTraining(Exception):
    """Another process trains the run, so it is not restored."""


class Present(Enum):
    """What the run store has of a run."""

    NOTHING = "nothing"
    THIS_RUN = "this run"
    OTHER_CODE = "a complete run of other code"
    DAMAGED = "a run with changed or missing files"


def present_run(lab: Lab, pointer: RunPointer) -> Present:
    """Return what the run store has. All files are hashed. A lost `status.json` is restored from its copy."""
    run = pointer.run_id
    if not lab.run(run).exists():
        return Present.NOTHING
    copy = read_complete_status(lab.status_copy(run))
    if copy is None or not has_recorded_files(lab.run(run), copy):
        return Present.DAMAGED
    if recorded_fingerprint(lab.run(run)) != pointer.fingerprint:
        return Present.OTHER_CODE
    if read_complete_status(lab.status(run)) != copy:
        restore_status(lab, run)
    return Present.THIS_RUN


def restore_run(lab: Lab, cache: Cache, pointer: RunPointer) -> None:
    """Restore a run. A run at its path is replaced; if its files were changed, it is kept in `results/damaged/`.

    Raises:
        WrongContent: The archived content is missing, damaged, or another run. Nothing was restored.
        InTraining: The run is being trained.
    """
    with _untrained(lab, pointer.run_id), _temporary_folder(lab, pointer.run_id) as folder:
        files = sorted(cache.files(pointer.out), key=lambda file: (file.path in STATUS_FILES, file.path))
        digests = {file.path: _write(cache, file, folder / file.path) for file in files}
        check_run(folder, pointer.run_id, pointer.fingerprint, digests)
        if present_run(lab, pointer) is Present.DAMAGED:
            _keep_damaged(lab, pointer.run_id)
        move_into_store(folder, lab.run(pointer.run_id))


def _write(cache: Cache, file: StoredFile, target: Path) -> Digests:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as stream:
        return cache.read(file, stream)


@contextmanager
def _untrained(lab: Lab, run: str) -> Iterator[None]:
    """Hold the lock with which a process trains the run."""
    with lock_without_waiting(lab, run) as is_locked:
        if not is_locked:
            raise InTraining("is being trained by another process")
        if (writer := find_writer(lab.partial_run(run))) is not None:
            raise InTraining(f"is being trained by process {writer.pid} on {writer.host}")
        yield


@contextmanager
def _temporary_folder(lab: Lab, run: str) -> Iterator[Path]:
    """Yield an empty folder on the file system of the run store. It is deleted, also after a killed restore."""
    folder = lab.partial_run(f"{run}{_SUFFIX}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _keep_damaged(lab: Lab, run: str) -> None:
    kept = free_folder(lab, run)
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(lab.run(run), kept)
    print(f"results/runs/{run}: had changed or missing files; it is kept as {kept}", file=sys.stderr)
