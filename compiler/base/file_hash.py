"""Hash files."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path


def sha256_of_file(path: Path) -> str:
    """Return the sha256 of a file's bytes as 64 hex digits, without reading the whole file into memory.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def hash_or_missing(file: Path) -> str:
    """Return the sha256 of a file, or a fixed text if the file is missing."""
    return sha256_of_file(file) if file.is_file() else "gone"
