"""JSON as a training writes it: with a schema version, and null where a number is not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base import json_files


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """A diverged run has NaN to tell of, and JSON has no word for it."""
    json_files.write_json(path, _plain({"schema_version": 1, **document}))


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
