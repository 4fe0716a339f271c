"""Check that the data on disk have the versions that the plan was compiled with."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from pathlib import Path


class WrongData(Exception):
    """A data file is missing, or its version differs from the one in the plan."""


def check_data(versions: Mapping[str, str], root: Path) -> None:
    """Compare the MD5 of each file, the hash that DVC uses, with its version. A folder only has to exist.

    Raises:
        WrongData: A path is missing, or a file has another hash.
    """
    for path, expected in versions.items():
        if not (root / path).exists():
            raise WrongData(f"{path}: no such file or folder in {root.absolute()} (run `dvc pull` or `dvc repro`)")
        if (root / path).is_file() and (version := _md5(root / path)) != expected:
            raise WrongData(f"{path}: compiled with version {expected}, but has version {version} (compile again)")


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "md5").hexdigest()
