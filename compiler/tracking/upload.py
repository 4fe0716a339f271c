"""Read and write where the log of a run was uploaded after the training."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from compiler.base.json_files import read_json
from compiler.tracking.record import DamagedTrackingRecord

UPLOADED = "tracking/uploaded.json"  # path in the folder of a run


def uploaded_address(folder: Path, run_id: str) -> Mapping[str, Any] | None:
    """Return the project, the entity and the id of an uploaded run, None if its log was not uploaded.

    Raises:
        DamagedTrackingRecord: The file is damaged.
    """
    try:
        content = read_json(folder / UPLOADED)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedTrackingRecord(f"{folder / UPLOADED}: cannot be read ({error})") from error
    if not isinstance(content, dict) or not isinstance(content.get("project"), str):
        raise DamagedTrackingRecord(f"{folder / UPLOADED}: names no project")
    if not isinstance(content.get("entity"), str | None):
        raise DamagedTrackingRecord(f"{folder / UPLOADED}: entity must be a name, got {content['entity']!r}")
    if content.get("run_id") != run_id:
        raise DamagedTrackingRecord(f"{folder / UPLOADED}: is about run {content.get('run_id')}, not {run_id}")
    return content
