"""Compare the artifacts of a run with the hashes in its status file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.base.json_files import parse_json


def altered_file(folder: Path, path: str) -> str | None:
    """Return the first file at or below `path` that is missing or differs from its hash in `status.json`, or None.

    The result is also None if the status file cannot be read, because such a run counts as failed anyway.
    """
    for name, sha256 in sorted(_recorded_hashes(folder).items()):
        if (name == path or name.startswith(f"{path}/")) and _sha256(folder / name) != sha256:
            return name
    return None


def _recorded_hashes(folder: Path) -> dict[str, str]:
    try:
        status: Any = parse_json((folder / "status.json").read_text(encoding="utf-8"))
        return {name: artifact["sha256"] for name, artifact in status["artifacts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _sha256(path: Path) -> str | None:
    try:
        return sha256_of_file(path)
    except OSError:
        return None
