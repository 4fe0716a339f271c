"""JSON on disk: the same bytes for the same value, and never half a file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_json(path: Path, value: Any) -> None:
    """Write a value so that a reader sees the old file or the new one. Numbers that JSON cannot say are refused."""
    text = json.dumps(value, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file by way of one beside it; a file that holds the content already is left alone."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_bytes(content)
    os.replace(aside, path)


def read_json(path: Path) -> Any:
    """Raises FileNotFoundError, or ValueError where the file is not JSON."""
    return json.loads(path.read_text(encoding="utf-8"))
