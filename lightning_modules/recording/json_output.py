"""JSON as a training writes it: with a schema version, and null where a number is not finite."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base import json_files
from compiler.base.nested import with_leaves


def write_json(path: Path, document: Mapping[str, Any]) -> None:
    """A diverged run has NaN to tell of, and JSON has no word for it."""
    json_files.write_json(path, with_leaves({"schema_version": 1, **document}, _null_if_not_finite))


def _null_if_not_finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
