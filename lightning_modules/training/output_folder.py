"""Replace the marker `<output>` in a config by the folder that a run writes its outputs to.

The folder is known only when a run starts, and it differs between attempts. A config therefore names it by a marker,
which is the same for all runs and does not change their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

MARKER = "<output>"


def with_output_folder(config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a config in which `<output>` is the absolute path of a folder."""
    changed: dict[str, Any] = _replaced(config, str(folder.absolute()))
    return changed


def _replaced(value: Any, path: str) -> Any:
    # `compiler.base.nested` has a similar function, which would become part of the fingerprint of every run.
    if isinstance(value, Mapping):
        return {key: _replaced(item, path) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(item, path) for item in value]
    return value.replace(MARKER, path) if isinstance(value, str) else value
