"""Delete the garbage of a lab while no build is running. An interrupted deletion leaves no partial run behind."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from filelock import FileLock, Timeout

from compiler.base.diagnostics import InputError
from compiler.base.json_files import readable_object, write_json
from compiler.base.paths import Lab
from lab.cleanup.garbage import Garbage

Clock = Callable[[], datetime]


class BuildIsRunning(InputError):
    """A build is running, so its runs and plans are in use."""


class NotDeletable(InputError):
    """The lab can only be read, or a file of it cannot be deleted. Files before it may be deleted already."""


@contextmanager
def no_build(lab: Lab, *, creates_lock: bool) -> Iterator[None]:
    """Keep builds from starting inside the block. Every build holds the same file with a shared lock.

    Args:
        creates_lock: whether the file is created if it does not exist. Without it, no build is running.

    Raises:
        BuildIsRunning: A build is running.
        NotDeletable: The lab can only be read.
    """
    file = lab.state / "driver.lock"
    if creates_lock:
        try:
            lab.state.mkdir(parents=True, exist_ok=True)
            file.touch()
        except OSError as error:
            raise NotDeletable(f"{file}: cannot be written ({error.strerror}); nothing was deleted") from error
    if not file.exists():
        yield
        return
    descriptor = os.open(file, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BuildIsRunning(
            f"{lab.root}: a build is running (wait until it has finished); nothing was deleted"
        ) from None
    finally:
        os.close(descriptor)


def delete(lab: Lab, garbage: Sequence[Garbage], clock: Clock) -> list[Garbage]:
    """Delete garbage and return what was deleted. A run whose training has started meanwhile is kept.

    A record of each run stays. The folder of a run is renamed before it is deleted, so that a run is never partial.

    Raises:
        NotDeletable: A file cannot be deleted. Run the command again to delete the rest.
    """
    deleted = []
    for item in garbage:
        try:
            if _delete(lab, item, clock):
                deleted.append(item)
        except OSError as error:
            raise NotDeletable(f"{error.filename or item.path}: cannot be deleted ({error.strerror})") from error
    return deleted


def _delete(lab: Lab, item: Garbage, clock: Clock) -> bool:
    if item.run is None:
        _remove(item)
        return True
    lab.run_lock(item.run).parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(lab.run_lock(item.run))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    try:
        if item.kind in ("orphan run", "checkpoint"):  # the plan still has the runs of the other kinds
            _write_record(lab, item.run, clock)
        _remove_run_folder(lab, item)
        return True
    finally:
        lock.release()


def _write_record(lab: Lab, run: str, clock: Clock) -> None:
    """Write what a later registration needs: that the run existed, and its seed."""
    status = readable_object(lab.status(run)) or {}
    content = readable_object(lab.run(run) / "config.json") or {}
    known = {name: status.get(name) for name in ("status", "started_at", "completed_at")}
    record = {"schema_version": 1, "run_id": run, "deleted_at": clock().isoformat(), "config": content.get("config")}
    if not lab.deleted_run(run).exists():
        write_json(lab.deleted_run(run), record | known)


def _remove_run_folder(lab: Lab, item: Garbage) -> None:
    aside = item.path
    if item.kind == "orphan run":
        aside = lab.deleted_run(item.path.name).with_suffix("")
        aside.parent.mkdir(exist_ok=True)
        os.rename(item.path, aside)
    shutil.rmtree(aside)


def _remove(item: Garbage) -> None:
    if item.path.is_dir():
        shutil.rmtree(item.path)
    else:
        item.path.unlink(missing_ok=True)
