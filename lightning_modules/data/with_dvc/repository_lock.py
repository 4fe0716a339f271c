"""Let one process of Proband at a time run DVC in a repository, because DVC refuses to work twice at once."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock


def repository_lock(root: Path) -> FileLock:
    """Return the lock of the DVC repository whose root is a folder. Labs that share the repository share the lock."""
    file = root / ".dvc" / "tmp" / "proband.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(file)
