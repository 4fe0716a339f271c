"""Where agents may write: below the experiment's own folder, whatever name they are given."""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.=,+-]{0,199}")


class OutsideExperiment(ValueError):
    """A file name that would lead out of the experiment's folder."""


def inside(experiment_folder: Path, *names: str) -> Path:
    """The path below the folder, each name one plain step: no separators, no `..`, nothing hidden, no link on the way.

    Raises:
        OutsideExperiment: and nothing was made.
    """
    path = experiment_folder
    for name in names:
        if not _NAME.fullmatch(name):
            raise OutsideExperiment(f"'{name}' is no plain file name (letters, digits and _ . = , + - only)")
        path = path / name
        if path.is_symlink():
            raise OutsideExperiment(f"'{name}' is a link, and may lead out of {experiment_folder.name}")
    return path
