"""Make the modules of a lab importable while a lab is compiled or a command runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


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
