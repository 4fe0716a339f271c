"""Make the modules of a lab importable for a command that runs its code, and not importable for any other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compiler.base.paths import ENGINE


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Append a folder to `sys.path` inside the block. Installed modules take precedence over those in the folder."""
    path = str(folder.resolve())
    if path in sys.path:
        yield
        return
    sys.path.append(path)
    try:
        yield
    finally:
        sys.path.remove(path)


@contextmanager
def not_importable(folder: Path) -> Iterator[None]:
    """Take a folder off `sys.path` inside the block, where Python puts the current folder. The engine stays on it."""
    before, root = list(sys.path), folder.resolve()
    if root != ENGINE:
        sys.path[:] = [entry for entry in before if Path(entry).resolve() != root]
    try:
        yield
    finally:
        sys.path[:] = before
