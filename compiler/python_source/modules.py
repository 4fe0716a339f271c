"""Find Python modules and read their imports from source, without importing anything."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from compiler.python_source.import_statements import import_statements

_INSTALLED = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib", "platstdlib"))
_IMPORTS = (ast.Import, ast.ImportFrom)
_ENVIRONMENT_FOLDERS = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True)
class Module:
    """A module with a source file. `is_project` is true if the file is part of the lab or the engine."""

    name: str
    file: Path
    is_project: bool

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source. Raises SyntaxError with the file's path below its root."""
        return _parse(self.file.read_bytes(), self._path_below_root)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The absolute names of its imports, including those inside functions. Raises SyntaxError as `tree` does."""
        statements = _import_statements(self.file.read_bytes(), self._path_below_root)
        return tuple(dict.fromkeys(name for node in statements for name in self._imported_names(node)))

    @property
    def late_imports(self) -> tuple[str, ...]:
        """The absolute names of the imports inside functions, which are executed when a function is called."""
        functions = [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        statements = [node for function in functions for node in ast.walk(function) if isinstance(node, _IMPORTS)]
        return tuple(dict.fromkeys(name for node in statements for name in self._imported_names(node)))

    @property
    def _path_below_root(self) -> str:
        return self.name.replace(".", "/") + ("/__init__.py" if self.is_package else ".py")

    def _imported_names(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        """Yield all names in a statement that may be modules: `a` and `a.b` for `from a import b`."""
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            base = self.imported_from(node)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)

    def imported_from(self, node: ast.ImportFrom) -> str:
        """Return the absolute name of the module in `from ..x import y`."""
        if not node.level:
            return node.module or ""
        package = self.name if self.is_package else self.name.rpartition(".")[0]
        for _ in range(node.level - 1):
            package = package.rpartition(".")[0]
        return f"{package}.{node.module}" if node.module else package


class Modules:
    """Finds modules in the project's roots (the lab, then the engine) and after them on Python's path."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = [root.resolve() for root in roots]
        self._path = list(dict.fromkeys([*map(str, self._roots), *(folder for folder in sys.path if folder)]))
        self.find = cache(self._find)
        self._spec = cache(self._find_spec)
        self.project_files: set[Path] = set()  # every file of the project that was looked up

    def _find(self, name: str) -> Module | None:
        """Return the module called `name`, or None if there is none with a source file."""
        spec = self._spec(name)
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            return None
        module = Module(name, Path(spec.origin).resolve(), self._is_project(Path(spec.origin)))
        if module.is_project:
            self.project_files.add(module.file)
        return module

    def is_compiled(self, name: str) -> bool:
        """Return whether a module exists without Python source: it is built in or an extension."""
        if name.partition(".")[0] in sys.builtin_module_names:
            return True
        spec = self._spec(name)
        return spec is not None and self.find(name) is None

    def closure(self, names: Sequence[str]) -> dict[str, Module]:
        """Return the project's modules that importing `names` would execute, including `names` themselves."""
        closure: dict[str, Module] = {}
        pending = list(names)
        while pending:
            name = pending.pop()
            module = self.find(name)
            if name in closure or module is None or not module.is_project:
                continue
            closure[name] = module
            pending += [*_packages_above(name), *module.imports]
        return closure

    def missing_files(self, closure: Iterable[Module]) -> set[Path]:
        """Return the files of the first root that would be modules, if they existed, for imports that find none."""
        packages = {name.partition(".")[0] for module in closure for name in module.imports} - {""}
        missing = (name for name in packages if self._spec(name) is None and not self.is_compiled(name))
        return {self._roots[0] / file for name in missing for file in (f"{name}.py", f"{name}/__init__.py")}

    def _find_spec(self, name: str) -> ModuleSpec | None:
        package, dot, part = name.rpartition(".")
        path = self._path
        if dot:
            parent = self._spec(package)
            if parent is None or parent.submodule_search_locations is None:
                return None
            path = list(parent.submodule_search_locations)
        # Only the last part is passed, because Python looks up the parent of a dotted name in sys.modules.
        return PathFinder.find_spec(part, path)

    def _is_project(self, file: Path) -> bool:
        """Return whether a file is in a root, but not in a Python environment inside that root.

        An installed engine is a root inside an environment.
        """
        roots = [root for root in self._roots if file.is_relative_to(root)]
        return any(not _is_installed_below(root, file) for root in roots)


def _is_installed_below(root: Path, file: Path) -> bool:
    """Return whether a file is in a Python environment, and this environment is inside `root`."""
    environments = (folder for folder in _INSTALLED if folder.is_relative_to(root))
    is_in_environment = any(file.resolve().is_relative_to(folder) for folder in environments)
    return is_in_environment or not _ENVIRONMENT_FOLDERS.isdisjoint(file.relative_to(root).parts)


def _packages_above(name: str) -> Iterator[str]:
    """Yield the packages that contain a module: `a.b` and `a` for `a.b.c`. An import of the module executes them."""
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


@lru_cache(maxsize=2048)
def _import_statements(source: bytes, name: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Return all import statements of a source. Cached, because parsing is the slowest step."""
    return tuple(import_statements(_parse(source, name)))


def _parse(source: bytes, name: str) -> ast.Module:
    try:
        return ast.parse(source, filename=name)
    except SyntaxError as error:
        error.filename, error.lineno = error.filename or name, error.lineno or 1  # not set if there are null bytes
        raise
