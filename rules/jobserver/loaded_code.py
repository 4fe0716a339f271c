"""Notice that the source of an imported module has changed since the job server started.

A child of the server would then execute code that is not on the disk any more, so its job needs a new process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

_ENVIRONMENT_FOLDERS = frozenset({"site-packages", "dist-packages"})
_Files = tuple[tuple[str, str], ...]  # name and file of each module
_listed: dict[tuple[Path, ...], tuple[int, _Files]] = {}  # by roots: the number of imported modules, and the own ones


def start_mark(folder: Path) -> int:
    """Return the time of a new file, before the server imports anything. Later changes of a file have a later time.

    The time of the file system is used, because the clock of a file server can differ from that of this machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"server-{os.getpid()}.start"
    file.touch()
    try:
        return file.stat().st_ctime_ns
    finally:
        file.unlink()


def changed_modules(mark: int, roots: tuple[Path, ...]) -> list[str]:
    """Return the imported modules below `roots` whose files were changed or removed after the mark.

    The time of the last change of the inode is compared, because it cannot be set to an earlier time.
    """
    return sorted(name for name, file in list_modules(roots) if _is_changed(file, mark))


def list_modules(roots: tuple[Path, ...]) -> _Files:
    """Return the imported modules below `roots` with their files.

    The server calls this before each fork. The child then finds the list, because it has the same modules. Otherwise,
    each child would write to a page of memory for every module that the server has imported.
    """
    count = len(sys.modules)
    if roots not in _listed or _listed[roots][0] != count:
        _listed[roots] = count, tuple(_own_modules(roots))
    return _listed[roots][1]


def _own_modules(roots: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    prefixes = tuple(f"{root}{os.sep}" for root in roots)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.startswith(prefixes):
            root = next(prefix for prefix in prefixes if file.startswith(prefix))
            if _ENVIRONMENT_FOLDERS.isdisjoint(Path(file[len(root) :]).parts):
                yield name, file


def _is_changed(file: str, mark: int) -> bool:
    try:
        return os.stat(file).st_ctime_ns > mark
    except OSError:
        return True
