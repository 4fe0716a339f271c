"""Store the labs that this user trusts, in the user's state folder. No file of a lab can add a lab to the list."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compiler.base.json_files import readable_object, write_json


def trust_file() -> Path:
    """Return the path of the list, for example `~/.local/state/proband/trusted_labs.json`."""
    from platformdirs import user_state_path

    return user_state_path("proband", appauthor=False) / "trusted_labs.json"


def trusted_labs() -> dict[str, dict[str, Any]]:
    """Return the entries of the list by the resolved path of the lab. A damaged list is empty."""
    labs = (readable_object(trust_file()) or {}).get("labs")
    return {path: entry for path, entry in labs.items() if isinstance(entry, dict)} if isinstance(labs, dict) else {}


def is_listed(root: Path) -> bool:
    """Return whether a lab is in the list and has the same owner as when it was added."""
    entry = trusted_labs().get(str(root.resolve()))
    return entry is not None and entry.get("owner") == root.stat().st_uid


def add_trusted_lab(root: Path) -> None:
    """Add a lab to the list. Raises OSError if the list cannot be written."""
    entry = {"owner": root.stat().st_uid, "trusted_at": datetime.now(UTC).isoformat(timespec="seconds")}
    _write(trusted_labs() | {str(root.resolve()): entry})


def remove_trusted_lab(root: Path) -> bool:
    """Remove a lab from the list, and return whether the list contained it."""
    labs = trusted_labs()
    is_in_list = labs.pop(str(root.resolve()), None) is not None
    if is_in_list:
        _write(labs)
    return is_in_list


def _write(labs: dict[str, dict[str, Any]]) -> None:
    file = trust_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_json(file, {"schema_version": 1, "labs": labs})
    os.chmod(file, 0o600)
