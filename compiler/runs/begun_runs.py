"""List the runs that have left something in the run store, by reading its folders instead of the paths of each run."""

from __future__ import annotations

import os
from pathlib import Path

from compiler.base.paths import Lab

_ANY = "0"  # stands for a run id in the paths of a lab


def begun_runs(lab: Lab) -> frozenset[str]:
    """Return the names of runs that have a folder, a partial folder, a checkpoint or a record of their deletion.

    For every other run, no file exists that its state depends on. Names of other files and folders are included.
    """
    folders = {lab.run(_ANY).parent, lab.partial_run(_ANY).parent, lab.checkpoint(_ANY).parent}
    names = {name for folder in (*folders, lab.deleted_run(_ANY).parent) for name in _names(folder)}
    return frozenset(name.removesuffix(".checkpoint").removesuffix(".json") for name in names)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
