"""Python modules as source files, found and parsed without importing anything."""

from __future__ import annotations

import ast
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

_INSTALLED = tuple(Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib", "platstdlib"))


@dataclass(frozen=True)
class Module:
    """One module: its dotted name and its file. Compiled modules have no source that can be read."""

    name: str
    file: Path

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    @cached_property
    def is_project(self) -> bool:
        """Whether it is the lab's or the engine's own code, not something installed."""
        return not any(self.file.is_relative_to(root) for root in _INSTALLED)

    @cached_property
    def tree(self) -> ast.Module:
        """Raises SyntaxError where the file is not Python; it names the file as it lies below its root."""
        return _parsed(self.file.read_bytes(), self._below_root)

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """Absolute names of all that it imports, modules or not, in any function. Raises as `tree` does."""
        statements = _import_statements(self.file.read_bytes(), self._below_root)
        return tuple(dict.fromkeys(name for node in statements for name in self._names(node)))

    @property
    def _below_root(self) -> str:
        return self.name.replace(".", "/") + ("/__init__.py" if self.is_package else ".py")

    def _names(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            base = self.imported_from(node)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)

    def imported_from(self, node: ast.ImportFrom) -> str:
        """The absolute name behind `from ..x import y`."""
        if not node.level:
            return node.module or ""
        package = self.name if self.is_package else self.name.rpartition(".")[0]
        for _ in range(node.level - 1):
            package = package.rpartition(".")[0]
        return f"{package}.{node.module}" if node.module else package


class Modules:
    """Looks modules up along a path of folders: the lab, the engine, then where Python looks."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._path = list(dict.fromkeys([str(root.resolve()) for root in roots] + [one for one in sys.path if one]))
        self.find = cache(self._find)

    def _find(self, name: str) -> Module | None:
        """The module called `name`, if there is one with a source file."""
        spec = self._spec(name)
        if spec is None or not spec.origin or not spec.origin.endswith(".py"):
            return None
        return Module(name, Path(spec.origin).resolve())

    def is_compiled(self, name: str) -> bool:
        """Whether a module is there without source: built in, or an extension."""
        if name.partition(".")[0] in sys.builtin_module_names:
            return True
        spec = self._spec(name)
        return spec is not None and self.find(name) is None

    def _spec(self, name: str) -> ModuleSpec | None:
        path, spec = self._path, None
        for depth, _ in enumerate(parts := name.split("."), start=1):
            spec = PathFinder.find_spec(".".join(parts[:depth]), path)
            if spec is None or (spec.submodule_search_locations is None and depth < len(parts)):
                return None
            path = list(spec.submodule_search_locations or ())
        return spec

    def closure(self, names: Sequence[str]) -> dict[str, Module]:
        """The project's modules that importing `names` would execute, themselves included."""
        found: dict[str, Module] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            module = self.find(name)
            if name in found or module is None or not module.is_project:
                continue
            found[name] = module
            if "." in name:
                waiting.append(name.rpartition(".")[0])
            waiting += module.imports
        return found


@lru_cache(maxsize=2048)
def _import_statements(source: bytes, name: str) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Remembered from one compilation to the next: most code is the engine's, and parsing it takes the longest."""
    return tuple(node for node in ast.walk(_parsed(source, name)) if isinstance(node, ast.Import | ast.ImportFrom))


def _parsed(source: bytes, name: str) -> ast.Module:
    try:
        return ast.parse(source, filename=name)
    except SyntaxError as error:
        error.filename, error.lineno = error.filename or name, error.lineno or 1  # null bytes come without
        raise
