"""Import the code of a lab in the process of a user, as a build of the lab would import it.

The modules of the user, of other labs, and of an earlier version of this lab may have the same names. Inside the block
the lab's modules are imported under these names, and after it the names mean what they meant before. The path is the
same before and after, except that the lab is added at its end, because code of the lab may import later. A function
that imports a module when it is called would get the module that the name means then, so this is an error.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.base.file_hash import sha256_of_file
from compiler.base.paths import ENGINE, Lab
from compiler.python_source.modules import Module, Modules
from compiler.runs.fingerprint import targets


class ModuleConflict(InputError):
    """A module of the lab has the name of another module that is imported, and is imported late."""


_ENVIRONMENT_FOLDERS = ("site-packages", "dist-packages")
_imported: dict[str, tuple[Path, str]] = {}  # file and hash of the lab modules that this module has left imported


@contextlib.contextmanager
def code_of_lab(lab: Lab, config: Mapping[str, Any]) -> Iterator[None]:
    """Make the modules of the lab importable inside the block, with the lab as working folder.

    Raises:
        ModuleConflict: A module with the name of a lab's module is imported, and a function of the lab imports it late.
    """
    modules = _lab_modules(lab, config)
    files = {name: module.file for name, module in modules.items()}
    others = [name for name in list(sys.modules) if _is_other(name, files)]
    _check_late_imports(others, modules)
    # If one of them is another one, all are imported anew, because the others may refer to it.
    path, hidden = list(sys.path), {name: sys.modules.pop(name) for name in files if others and name in sys.modules}
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


def _lab_modules(lab: Lab, config: Mapping[str, Any]) -> dict[str, Module]:
    """Return the lab's modules that the classes of a config execute, by name."""
    names = {part for target in targets(config) for part in _modules_above(target)}
    closure = Modules([lab.root, ENGINE]).closure(sorted(names))
    return {name: module for name, module in closure.items() if not module.file.is_relative_to(ENGINE)}


def _check_late_imports(others: Collection[str], modules: Mapping[str, Module]) -> None:
    for module in modules.values():
        late = [name for name in module.late_imports if name in others]
        if late:
            file = getattr(sys.modules[late[0]], "__file__", None)
            raise ModuleConflict(
                f"{module.file}: a function imports '{late[0]}' when it is called, but {file} is imported under this"
                " name, perhaps with earlier content (start a new process, or import at the top of the file)"
            )


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
