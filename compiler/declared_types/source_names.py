"""Find what a name in a module refers to, by following assignments and imports in the source."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from compiler.python_source.bindings import names_bound_by, top_level
from compiler.python_source.modules import Module, Modules

_MAX_DEPTH = 12  # assignments and imports that are followed
# Packages whose names are not followed, because they have a fixed meaning. Only `compiler` is ever imported.
_ENDS = frozenset({"typing", "typing_extensions", "collections", "pydantic", "compiler"})


@dataclass(frozen=True)
class InSource:
    """A definition or expression in a module."""

    module: Module
    node: ast.AST


@dataclass(frozen=True)
class External:
    """A name of Python, pydantic or the compiler, such as `builtins.int` or `pydantic.Field`."""

    name: str


Meaning = InSource | External


class SourceNames:
    """Follows names through the modules of a lab."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def meaning(self, module: Module, node: ast.AST, depth: int = _MAX_DEPTH) -> Meaning | None:
        """Return what an expression refers to. An expression that is no name is itself; None if a name is not found."""
        if isinstance(node, ast.Name):
            return self.of_name(module, node.id, depth)
        if isinstance(node, ast.Attribute):
            package = self._package(module, node.value, depth)
            return self._in_package(package, node.attr, depth) if package else None
        return InSource(module, node)

    def of_name(self, module: Module, name: str, depth: int = _MAX_DEPTH) -> Meaning | None:
        """Return what a name at the top level of a module refers to."""
        if depth == 0:
            return None
        bindings = [node for node in top_level(module.tree) if name in names_bound_by(node)]
        if not bindings:
            return External(f"builtins.{name}") if name in _BUILTINS else self._starred(module, name, depth)
        match bindings[-1]:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef() as definition:
                return InSource(module, definition)
            case ast.ImportFrom() as statement:
                imported = next(alias.name for alias in statement.names if (alias.asname or alias.name) == name)
                return self._in_package(module.imported_from(statement), imported, depth)
            case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
                return self.meaning(module, value, depth - 1)
        return None

    def _starred(self, module: Module, name: str, depth: int) -> Meaning | None:
        for node in top_level(module.tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                source = self._modules.find(module.imported_from(node))
                meaning = self.of_name(source, name, depth - 1) if source else None
                if meaning is not None and meaning != External(f"builtins.{name}"):
                    return meaning
        return None

    def _in_package(self, package: str, name: str, depth: int) -> Meaning | None:
        if package.partition(".")[0] in _ENDS:
            return External(f"{package}.{name}")
        source = self._modules.find(package)
        return self.of_name(source, name, depth - 1) if source else None

    def _package(self, module: Module, node: ast.AST, depth: int) -> str | None:
        """Return the module that an expression such as `L` or `my.types` refers to."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or depth == 0:
            return None
        for statement in top_level(module.tree):
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                continue
            for alias in statement.names:
                if (alias.asname or alias.name.partition(".")[0]) == node.id:
                    base = f"{module.imported_from(statement)}." if isinstance(statement, ast.ImportFrom) else ""
                    return ".".join([base + (alias.name if alias.asname or base else node.id), *reversed(parts)])
        return None


_BUILTINS = frozenset({"str", "int", "float", "bool", "list", "dict", "tuple", "set", "frozenset"})
