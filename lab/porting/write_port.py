"""Write the files of a port to a new folder. The project is only read."""

from __future__ import annotations

import shutil
from pathlib import Path

from compiler.base.diagnostics import InputError
from lab.porting.port import Port
from lab.porting.project import Project
from lab.porting.report import report_text

REPORT = "porting.txt"


class NotPorted(InputError):
    """The lab cannot be written. The message states why."""


def write_port(port: Port, project: Project, folder: Path) -> None:
    """Write the lab, and the report as `porting.txt`.

    Raises:
        NotPorted: The folder is not empty, or inside the project, or it cannot be written.
    """
    _check(project.root, folder)
    try:
        for name, text in port.texts.items():
            target = _parent_made(folder / name)
            target.write_text(text, encoding="utf-8")
        for name in port.copied:
            shutil.copyfile(project.root / name, _parent_made(folder / name))
        for name in port.linked:
            _parent_made(folder / name).symlink_to((project.root / name).resolve())
        (folder / REPORT).write_text(report_text(port.report) + "\n", encoding="utf-8")
    except OSError as error:
        raise NotPorted(f"{folder}: cannot be written: {error.strerror}") from error


def _check(project: Path, folder: Path) -> None:
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise NotPorted(f"{folder}: exists and is not empty (name a new folder for the lab)")
    if folder.resolve().is_relative_to(project.resolve()):
        raise NotPorted(f"{folder}: is inside the project (name a folder beside it)")


def _parent_made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
