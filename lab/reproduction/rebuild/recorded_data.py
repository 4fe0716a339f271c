"""Put the data of a recorded run into a scratch lab, in exactly the version that the run was trained with.

Data are named by their hash. A data file of the lab that was changed since then is therefore not used: the recorded
version is fetched from the engine, from DVC's cache, or from a remote.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from compiler.base.json_files import write_json
from compiler.base.paths import Lab
from compiler.runs.data_versions import tracked_data
from lab.reproduction.rebuild.scratch import provide_data
from lightning_modules.data.fetch import DataUnavailable, fetch_data
from lightning_modules.data.hashes import data_hash
from lightning_modules.data.with_dvc.commands import pull_ignored_file


class DataGone(Exception):
    """The recorded version of a data file can no longer be obtained. The message names both hashes."""

    def __init__(self, path: str, recorded: str, present: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.recorded, self.present = path, recorded, present


def place_data(lab: Lab, scratch: Lab, data: Mapping[str, str]) -> tuple[str, ...]:
    """Make the recorded versions of the data available in the scratch lab. Return what a reader must know about them.

    Raises:
        DataGone: A recorded version is neither in the lab, nor in DVC's cache or on a remote.
    """
    notes = [note for path, version in data.items() for note in _place(lab, scratch, path, version)]
    outs = [{"path": path, "hash": "md5", "md5": version} for path, version in data.items()]
    if outs:
        write_json(scratch.root / "recorded.dvc", {"outs": outs})  # JSON is YAML; the training compares the versions
    return tuple(notes)


def _place(lab: Lab, scratch: Lab, path: str, version: str) -> Iterator[str]:
    source, target = lab.root.resolve() / path, scratch.root / path
    if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
        raise DataGone(path, version, "", "the path leads out of the lab, so it is not fetched")
    _make_room(scratch.root, path)
    present = _version(source, lab.root)
    if present == version:
        if not provide_data(source, target):
            yield f"{path} is too large to be copied, so the training has used the file of the lab"
    elif not _fetch(lab, scratch, path, version):
        where = "is neither in DVC's cache nor on a remote" if (lab.root / ".dvc").is_dir() else "is not here"
        reason = f"the recorded version {version} {where} (dvc pull, or copy the file from where it still exists)"
        raise DataGone(path, version, present, reason)
    elif present:
        yield f"{path} in the lab was changed: it is {present}, so the recorded version {version} was fetched"


def _make_room(root: Path, path: str) -> None:
    """Remove the data of a checked-out commit, and links on the way to them, so that nothing is written elsewhere."""
    for parent in reversed(PurePosixPath(path).parents[:-1]):
        if (root / parent).is_symlink():
            (root / parent).unlink()
        (root / parent).mkdir(exist_ok=True)
    _remove(root / path)


def _fetch(lab: Lab, scratch: Lab, path: str, version: str) -> bool:
    """Fetch a recorded version. Return whether that succeeded."""
    tracked, target = tracked_data(lab).get(path), scratch.root / path
    if tracked is None or tracked.version != version:
        return _fetch_by_hash(lab, version, target)
    if tracked.root == lab.root.resolve() and _fetch_by_hash(lab, version, target):
        return True
    try:
        fetch_data(tracked, scratch)  # of the engine, or from the stage that makes them
    except (DataUnavailable, OSError):
        _remove(target)
    return _version(target, scratch.root) == version


def _fetch_by_hash(lab: Lab, version: str, target: Path) -> bool:
    """Get a version by its hash from DVC's cache or a remote of the lab. Return whether that succeeded."""
    if not (lab.root / ".dvc").is_dir() or lab.is_read_only:
        return False
    lab.state.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=lab.state, prefix="reproduce-") as folder:
        # Data of DVC before 3.0 have no entry `hash`, and are stored in another folder of the cache.
        for hash_entry in ({"hash": "md5"}, {}):
            file = Path(folder) / "recorded.dvc"
            write_json(file, {"outs": [{"path": "data", **hash_entry, "md5": version}]})
            pull_ignored_file(file.resolve(), lab.root.resolve())
            if _version(file.with_name("data"), Path(folder)) == version:
                shutil.move(file.with_name("data"), target)
                return True
    return False


def _version(path: Path, root: Path) -> str:
    """Return the version of data, "" if they do not exist or cannot be read."""
    try:
        return data_hash(path, root)
    except (OSError, ValueError):
        return ""


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
