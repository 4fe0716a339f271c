"""Check that the data on disk have the versions that the plan was compiled with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from compiler.base.printable import printable_line
from lightning_modules.data.hashes import data_hash


class WrongData(Exception):
    """A data file or folder is missing, or its version differs from the one in the plan."""


def check_data(versions: Mapping[str, str], root: Path) -> None:
    """Compare DVC's hash of each data file and folder with its version.

    Raises:
        WrongData: A path is missing, or its content has another hash.
    """
    for path, expected in versions.items():
        if not (root / path).exists():
            raise WrongData(f"{path}: no such file or folder in {root.absolute()} (run `dvc pull` or `dvc repro`)")
        try:
            version = data_hash(root / path, root)
        except (OSError, ValueError) as error:
            raise WrongData(printable_line(f"{path}: cannot be read, so it has no version: {error}")) from error
        if version != expected:
            kind = "folder" if (root / path).is_dir() else "file"
            problem = f"{path}: compiled with version {expected}, but the {kind} has version {version}"
            raise WrongData(f"{problem} (get the data again, or commit the new version and compile again)")
