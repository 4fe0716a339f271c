"""Import the code of a lab in the process of a user, as a build of the lab would import it.

The modules of the user, of other labs, and of an earlier version of this lab may have the same names. Inside the block
the lab's modules are imported under these names, and after it the names mean what they meant before. The path is the
same before and after, except that the engine and the lab are added at its end: code of the lab may import later.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import ENGINE, Lab
from compiler.python_source.modules import Modules
from compiler.runs.fingerprint import targets

_ENVIRONMENT_FOLDERS = ("site-packages", "dist-packages")
_imported: dict[str, tuple[Path, str]] = {}  # file and hash of the lab modules that this module has left imported


@contextlib.contextmanager
def code_of_lab(lab: Lab, config: Mapping[str, Any]) -> Iterator[None]:
    """Make the modules of the lab importable inside the block, with the lab as working folder."""
    files = _lab_modules(lab, config)
    path, hidden = list(sys.path), {name: sys.modules.pop(name) for name in list(sys.modules) if _is_other(name, files)}
    sys.path[:] = [*filter(_is_installed, path), str(lab.root), *(entry for entry in path if not _is_installed(entry))]
    importlib.invalidate_caches()
    try:
        with contextlib.chdir(lab.root):
            yield
    finally:
        sys.path[:] = path
        sys.path += [entry for entry in (str(lab.root),) if entry not in sys.path]
        for name in hidden:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
        _imported.update(
            {
                name: (file, sha256_of_file(file))
                for name, file in files.items()
                if name not in hidden and file.is_file()
            }
        )


def _lab_modules(lab: Lab, config: Mapping[str, Any]) -> dict[str, Path]:
    """Return the files of the lab's modules that the classes of a config execute, by name."""
    names = {part for target in targets(config) for part in _modules_above(target)}
    closure = Modules([lab.root, ENGINE]).closure(sorted(names))
    return {name: module.file for name, module in closure.items() if not module.file.is_relative_to(ENGINE)}


def _is_other(name: str, files: Mapping[str, Path]) -> bool:
    """Return whether a module is imported whose name the lab uses, from another file or from an earlier content."""
    if name not in files:
        return False
    file = getattr(sys.modules[name], "__file__", None)
    if file is None or Path(file).resolve() != files[name]:
        return True
    imported_file, content = _imported.get(name, (files[name], None))
    return imported_file == files[name] and content is not None and content != sha256_of_file(files[name])


def _is_installed(entry: str) -> bool:
    """Return whether a folder of the path has installed modules, or the engine."""
    if entry == str(ENGINE) or any(entry.endswith(name) for name in _ENVIRONMENT_FOLDERS):
        return True
    return bool(entry) and Path(entry).is_relative_to(sys.base_prefix) and "lib" in Path(entry).parts


def _modules_above(target: str) -> Iterator[str]:
    while "." in target:
        target = target.rpartition(".")[0]
        yield target
