"""Read and write JSON files. Equal values give equal bytes, and a file is replaced atomically."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from compiler.base.canonical_json.indented import indented_json


def json_bytes(value: Any) -> bytes:
    """Return the content of a JSON file. Raises ValueError for numbers that are not finite."""
    return f"{indented_json(value)}\n".encode()


def compact_json(value: Any) -> bytes:
    """Return the content of a JSON file that nobody reads, without indents, which Python writes in a third of the time.

    Raises ValueError for numbers that are not finite.
    """
    return json.dumps(value, sort_keys=True, allow_nan=False, ensure_ascii=False).encode()


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON. Raises ValueError for numbers that are not finite."""
    write_bytes(path, json_bytes(value))


def write_text(path: Path, text: str) -> None:
    """Write a text as UTF-8, as `write_bytes` does."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file atomically, by renaming a temporary file. A file that already has this content is not touched."""
    try:
        if path.read_bytes() == content:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError if it is not JSON, or nested too deeply."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply") from None


def read_json(path: Path) -> Any:
    """Return the value in a file. Raises FileNotFoundError, or ValueError if the file is not JSON."""
    return parse_json(path.read_text(encoding="utf-8"))


def readable_object(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file: None if the file does not exist, an empty object if it is damaged."""
    try:
        content = read_json(path)
    except FileNotFoundError:
        return None
    except (ValueError, OSError):
        return {}
    return content if isinstance(content, dict) else {}
