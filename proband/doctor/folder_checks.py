"""Check what Proband needs of the file system of a lab: writing, renaming, locks and free space."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from compiler.view.no_lab import is_lab
from proband.doctor.check import Check

_MEGABYTE = 2**20
_LITTLE_SPACE, _NO_SPACE = 1024, 50  # megabytes


def folder_checks(lab: Path) -> Iterator[Check]:
    if not is_lab(lab):
        yield Check("lab", "note", f"{lab.resolve()} is no lab", "run `proband init` to start one")
    yield _space(lab)
    yield _writing(lab)


def _space(lab: Path) -> Check:
    free = shutil.disk_usage(lab).free // _MEGABYTE
    if free >= _LITTLE_SPACE:
        return Check("free space", "ok", f"{free} MB")
    fix = "free some space; a build keeps the weights of every run"
    return Check("free space", "problem" if free < _NO_SPACE else "note", f"{free} MB", fix)


def _writing(lab: Path) -> Check:
    """Write in a temporary folder of the lab, which is removed again."""
    try:
        with tempfile.TemporaryDirectory(prefix=".proband-doctor-", dir=lab) as folder:
            problem = _file_problem(Path(folder))
    except OSError as error:
        fix = "give write access; without it only the commands that read work"
        return Check("file system", "problem", f"{lab.resolve()} cannot be written: {error.strerror}", fix)
    if problem:
        return Check("file system", "problem", problem, "move the lab to a local disk, or mount it with locks")
    return Check("file system", "ok", "files can be written, renamed and locked")


def _file_problem(folder: Path) -> str | None:
    file, target = folder / "a", folder / "b"
    file.write_bytes(b"\n" * 4096)
    target.write_bytes(b"")
    os.replace(file, target)
    if file.exists() or target.stat().st_size != 4096:
        return "a file cannot be replaced by a rename"
    try:
        with FileLock(folder / "lock", timeout=5), FileLock(folder / "lock", timeout=0, is_singleton=False):
            return "a lock does not keep out a second process"
    except Timeout:
        return None
    except (NotImplementedError, OSError) as error:
        return f"files cannot be locked: {error}"
