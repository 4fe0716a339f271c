"""Make DVC-tracked data available in a lab: copy or make those of the engine, or get them with DVC."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock

from compiler.base.identity import digest
from compiler.base.json_files import write_text
from compiler.base.paths import Lab
from compiler.runs.data_versions import TrackedData
from lightning_modules.data.hashes import data_hash
from lightning_modules.data.shipped_data import make_shipped_data
from lightning_modules.data.verify import WrongData, check_data
from lightning_modules.data.with_dvc import hints
from lightning_modules.data.with_dvc.commands import config_of, download_source, fetch_with_dvc
from lightning_modules.data.with_dvc.damaged_copies import UnknownRemote, damaged_copy


class DataUnavailable(Exception):
    """DVC can neither find, download nor make a tracked file in its recorded version."""


def fetch_data(tracked: TrackedData, lab: Lab, remote: str = "") -> None:
    """Make tracked data available in the lab. Data that the engine tracks are copied from the engine.

    Data of another version than the recorded one are not left in the lab if this function got them. Those that were
    there before are kept.

    Args:
        tracked: the data.
        lab: the lab.
        remote: the DVC remote that has the data, "" for DVC's default remote.

    Raises:
        DataUnavailable: The data cannot be obtained, or they have another version than the recorded one.
    """
    target = lab.root / tracked.path
    lock = lab.state / "locks" / "data.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    unfinished = lab.state / "data" / f"{digest(tracked.path)}.unfinished"
    with FileLock(lock):
        if unfinished.exists():
            _set_aside(tracked, lab)
        if not target.exists():
            write_text(unfinished, "")  # remains if this process is killed or interrupted
            try:
                _obtain(tracked, lab, remote)
            except DataUnavailable:
                unfinished.unlink()
                raise
            unfinished.unlink()
            return
    try:
        check_data({tracked.path: tracked.version}, lab.root)
    except WrongData as error:
        raise DataUnavailable(f"{error}\n{hints.changed(tracked)}") from error


def _set_aside(tracked: TrackedData, lab: Lab) -> None:
    """Move data away that a killed fetch left incomplete, such as half of the output of a stage of dvc.yaml."""
    target = lab.root / tracked.path
    if target.exists() and data_hash(target, lab.root) != tracked.version:
        kept = lab.state / "data" / "incomplete" / target.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        _delete(kept)
        shutil.move(target, kept)
        print(f"{tracked.path}: incomplete, because fetching it was interrupted; moved to {kept} and fetched again")


def _obtain(tracked: TrackedData, lab: Lab, remote: str) -> None:
    """Write tracked data to the lab. Raises DataUnavailable if they cannot be obtained in their version."""
    root = lab.root.resolve()
    source = tracked.root / tracked.path
    with TemporaryDirectory(prefix="data-", dir=lab.state) as folder:
        if tracked.root != root and source.exists():
            _copy(source, tracked, root, hints.CHANGED_ENGINE)
        elif command := _fetch(tracked, remote):
            _verify_or_delete(source, tracked, hints.not_reproduced(tracked, command))
            if tracked.root != root:
                _copy(source, tracked, root, hints.CHANGED_ENGINE)
        elif tracked.source and (downloaded := download_source(tracked, Path(folder))):
            _copy(downloaded, tracked, root, hints.changed_source(tracked))
        elif tracked.root != root and (made := make_shipped_data(tracked, Path(folder))):
            _copy(made, tracked, root, hints.CHANGED_ENGINE)
        else:
            raise DataUnavailable(hints.not_available(tracked, remote))


def _fetch(tracked: TrackedData, remote: str) -> str:
    """Return the subcommand of DVC that wrote the data, "" if none did. Raises DataUnavailable for a damaged copy."""
    if not (tracked.root / ".dvc").is_dir():
        return ""
    try:
        copy = damaged_copy(tracked, remote, config_of(tracked.root))
    except UnknownRemote as error:
        raise DataUnavailable(f"{tracked.path} cannot be fetched: {error}") from error
    if copy:
        raise DataUnavailable(hints.damaged(tracked, copy))
    return fetch_with_dvc(tracked, remote)


def _copy(source: Path, tracked: TrackedData, root: Path, hint: str) -> None:
    """Copy to a temporary path, verify the copy, then rename it, because an interrupted copy must not pass for data."""
    target = root / tracked.path
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary_path = target.with_name(f".{target.name}.new")
    _delete(temporary_path)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, temporary_path)
    _verify_or_delete(temporary_path, tracked, hint)
    temporary_path.replace(target)


def _verify_or_delete(path: Path, tracked: TrackedData, hint: str) -> None:
    """Delete data that were just fetched if they have another version than the recorded one, and raise an error."""
    version = data_hash(path, tracked.root)
    if version != tracked.version:
        _delete(path)
        problem = f"{tracked.path}: the recorded version is {tracked.version}, but version {version} was obtained"
        raise DataUnavailable(f"{problem} and deleted\n{hint}")


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
