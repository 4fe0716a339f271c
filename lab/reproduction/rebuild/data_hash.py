"""Compute the version of data as DVC does: the MD5 of a file, or of the list of the files in a folder."""

from __future__ import annotations

import json
from hashlib import file_digest, md5
from pathlib import Path


def data_version(path: Path) -> str:
    """Return the version of a file or folder, "" if it does not exist or cannot be read."""
    try:
        return _folder_version(path) if path.is_dir() else _file_version(path)
    except OSError:
        return ""


def _file_version(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "md5").hexdigest()


def _folder_version(folder: Path) -> str:
    files = sorted(
        (file.relative_to(folder).parts, file) for file in folder.rglob("*") if file.is_file() and not file.is_dir()
    )
    entries = [{"md5": _file_version(file), "relpath": "/".join(parts)} for parts, file in files]
    entries.sort(key=lambda entry: entry["relpath"])
    return f"{md5(json.dumps(entries, sort_keys=True).encode()).hexdigest()}.dir"
