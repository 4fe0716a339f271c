"""Make a scratch lab in which a run is trained again. It has the code of a lab, and none of its results.

Files are copied, so that a training that writes to its code or its data does not change those of the lab.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from compiler.base.paths import Lab
from rules.jobserver.leftovers import new_folder, remove_leftovers

# Results, state and records of the lab. A training that reads its own result would repeat it in any case.
_OWN = frozenset(
    {"results", ".proband", ".snakemake", ".git", ".dvc", "dvc.lock", "reproductions", "approvals", "archive"}
)
_MAX_COPIED = 10 * 2**20  # bytes; a larger file beside the code is linked
_MAX_COPIED_DATA = 2**30
_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a temporary folder, which is deleted at the end. The next call deletes it if this process is killed."""
    remove_leftovers()
    folder = new_folder().resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def copy_lab(root: Path, target: Path, data: Iterable[str]) -> Lab:
    """Copy the code and specs of the lab `root` to `target`, without the tracked data at the paths `data`."""
    target.mkdir()
    _copy(root.resolve(), target, PurePosixPath(), {PurePosixPath(path) for path in data})
    return Lab(target)


def _copy(root: Path, target: Path, folder: PurePosixPath, data: set[PurePosixPath]) -> None:
    for entry in os.scandir(root / folder):
        path = folder / entry.name
        if path in data or str(path) in _OWN or path.suffix == ".dvc":
            continue
        if entry.is_dir() and (any(path in parts.parents for parts in data) or not _is_linked(entry)):
            (target / path).mkdir()  # also for a link that leads to data, so that nothing is written behind it
            _copy(root, target, path, data)
        elif _is_linked(entry):
            (target / path).symlink_to(Path(entry.path).resolve())
        elif entry.is_file():
            shutil.copy2(entry.path, target / path)


def _is_linked(entry: os.DirEntry[str]) -> bool:
    """Return whether a file is too large to be copied for each training, or is a link or a virtual environment."""
    if entry.is_symlink():
        return True
    if entry.is_dir():
        return Path(entry.path, _VIRTUAL_ENVIRONMENT).exists()
    return entry.is_file() and entry.stat().st_size > _MAX_COPIED


def provide_data(source: Path, target: Path) -> bool:
    """Copy data to a scratch lab, or link data that are too large. Return whether they were copied."""
    files = [source] if source.is_file() else [file for file in source.rglob("*") if file.is_file()]
    if sum(file.stat().st_size for file in files) > _MAX_COPIED_DATA:
        target.symlink_to(source.resolve())
        return False
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copyfile(source, target)
    return True


def set_aside(scratch: Lab, run: str, number: int) -> Path:
    """Move a finished run out of the run store of a scratch lab, so that the run can be trained again."""
    folder = scratch.state / "repeated" / str(number)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(scratch.run(run), folder)
    return folder
