"""Build paths inside the experiment's folder from names that a model or a spec may have chosen."""

from __future__ import annotations

import re
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.=,+-]{0,199}")


class OutsideExperiment(ValueError):
    """A file name leads out of the experiment's folder."""


def path_inside(experiment_folder: Path, *names: str) -> Path:
    """Return a path below the folder.

    Each name must be a plain file name: no separator, no `..`, not hidden, not a link.

    Raises:
        OutsideExperiment: A name is not a plain file name. Nothing is created.
    """
    path = experiment_folder
    for name in names:
        if not _NAME.fullmatch(name):
            raise OutsideExperiment(f"'{name}' is not a plain file name (letters, digits and _ . = , + - only)")
        path = path / name
        if path.is_symlink():
            raise OutsideExperiment(f"'{name}' is a link, which may lead out of {experiment_folder.name}")
    return path
