"""Whether the data on disk are those the plan was compiled with."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path


class WrongData(Exception):
    """A data file is missing, or is not the version the plan was compiled with."""


def check_data(versions: Mapping[str, str], root: Path) -> None:
    """Compares each file with its MD5, the hash that DVC uses. A folder only has to be there: DVC answers for it.

    Raises:
        WrongData: a path is missing, or a file has another hash.
    """
    for path, expected in versions.items():
        if not (root / path).exists():
            raise WrongData(f"{path}: no such file or folder in {root.absolute()}; fetch or make the data first")
        if (root / path).is_file() and (found := _md5(root / path)) != expected:
            raise WrongData(f"{path}: compiled with version {expected}, now {found}; compile again")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "md5").hexdigest()
