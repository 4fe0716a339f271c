"""Whether an artifact is still the one that the training wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file


def altered_file(folder: Path, path: str) -> str | None:
    """The first file at or below `path` that is missing or changed since `status.json` was written, or None.

    Without a readable status nothing was recorded to compare with; then there is no run either.
    """
    for name, recorded in sorted(_artifacts(folder).items()):
        if (name == path or name.startswith(f"{path}/")) and _sha256(folder / name) != recorded:
            return name
    return None


def _artifacts(folder: Path) -> dict[str, str]:
    try:
        status: Any = json.loads((folder / "status.json").read_text(encoding="utf-8"))
        return {name: entry["sha256"] for name, entry in status["artifacts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _sha256(path: Path) -> str | None:
    try:
        return sha256_of_file(path)
    except OSError:
        return None
