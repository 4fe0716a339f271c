"""Give the files of a run the permissions that the file mode creation mask (umask) allows."""

from __future__ import annotations

import os
from pathlib import Path


def apply_umask(folder: Path) -> None:
    """Add the permissions that new files and folders have, because some libraries create files for one user only."""
    mask = _umask()
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        allowed = (0o777 if path.is_dir() else 0o666) & ~mask
        mode = path.stat().st_mode & 0o7777
        if mode | allowed != mode:
            path.chmod(mode | allowed)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
