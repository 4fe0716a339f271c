"""Read JSON artifacts. Every defect is reported as one exception type, so that a check never ends in a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compiler.base.json_files import parse_json


class UnreadableArtifact(Exception):
    """An artifact is missing or has the wrong format."""


def read_object(folder: Path, path: str) -> dict[str, Any]:
    """Return the JSON object in an artifact.

    Raises:
        UnreadableArtifact: The file is missing, not JSON, or not an object.
    """
    try:
        content = parse_json((folder / path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UnreadableArtifact(f"{path} is missing") from None
    except (OSError, ValueError) as error:
        raise UnreadableArtifact(f"{path} is not readable JSON: {error}") from error
    if not isinstance(content, dict):
        raise UnreadableArtifact(f"{path} is not a JSON object")
    return content
