"""Move a finished run folder into the run store. The last step is a rename, so the store never has a partial run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def move_into_store(folder: Path, target: Path) -> None:
    """Move the folder to its final path, from any file system.

    An older run at this path is renamed first and deleted after the new run has been moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    source = _on_target_file_system(folder, target)
    backup = target.with_name(f".{target.name}.old")
    shutil.rmtree(backup, ignore_errors=True)
    if target.is_dir() and any(target.iterdir()):
        os.replace(target, backup)
    os.replace(source, target)
    shutil.rmtree(backup, ignore_errors=True)


def _on_target_file_system(folder: Path, target: Path) -> Path:
    """Return the folder, or a copy beside the target if `.partial` is a link to another file system."""
    if folder.stat().st_dev == target.parent.stat().st_dev:
        return folder
    copy = target.with_name(f".{target.name}.new")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, symlinks=True)
    shutil.rmtree(folder)
    return copy
