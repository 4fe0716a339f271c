"""Find Proband's engine, and make its packages importable.

The engine is the folder with the packages `compiler`, `lightning_modules`, `agents`, `rules` and `lab`, the configs and
the Snakefile. In a clone it is the clone. In an installed wheel it is `proband/engine`, so that other distributions can
use these names. This module imports only the standard library, because it runs before the engine can be imported.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
ENGINE = _PACKAGE / "engine" if (_PACKAGE / "engine").is_dir() else _PACKAGE.parent
SNAKEFILE = ENGINE / "Snakefile"


def add_engine_to_path() -> None:
    """Put the engine first on the path of this process and of its child processes. For Proband's own programs."""
    engine = str(ENGINE)
    sys.path[:] = [engine, *(folder for folder in sys.path if folder != engine)]
    folders = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([engine, *(folder for folder in folders if folder not in ("", engine))])


def make_engine_importable() -> None:
    """Put the engine last on the path of this process, after the user's own modules. For programs of users."""
    if str(ENGINE) not in sys.path:
        sys.path.append(str(ENGINE))
