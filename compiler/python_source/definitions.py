"""Find the class or function behind a dotted name in its source, following re-exports. Nothing is imported."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from compiler.python_source.bindings import bound_names, has_alternatives, imported_module, top_level
from compiler.python_source.modules import Module, Modules

MAX_DEPTH = 12  # maximum number of re-exports and base classes that are followed

# If a module has one of these names, it creates others at run time, so its source does not list all of its names.
DYNAMIC_NAMES = frozenset({"__getattr__", "*", "_LazyModule"})


@dataclass(frozen=True)
class Definition:
    """A class or a function, and the module that defines it."""

    module: Module
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Definitions:
    """Finds definitions by dotted name."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self.find = cache(self._find)

    def _find(self, target: str) -> Definition | None:
        """Return the definition of `package.module.name`, None if the source does not show it. Raises SyntaxError."""
        module_name, _, name = target.rpartition(".")
        module = self._modules.find(module_name) if module_name else None
        return self.in_module(module, name) if module else None

    def may_be_class(self, name: str) -> bool:
        """Return whether a module binds `name`. The target may then be a method of a class with that name."""
        module_name, _, class_name = name.rpartition(".")
        module = self._modules.find(module_name) if module_name else None
        return module is not None and class_name in bound_names(module)

    def in_module(self, module: Module, name: str, depth: int = MAX_DEPTH) -> Definition | None:
        """Return the class or function that `name` refers to, following at most `depth` re-exports."""
        star_imports = []
        statements = list(top_level(module.tree))
        if has_alternatives(name, statements, module.tree):
            return None
        for node in reversed(statements):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                return Definition(module, node)
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return self._re_exported(module, node, alias.name, depth)
                if alias.name == "*":
                    star_imports.append(node)
        if DYNAMIC_NAMES & bound_names(module) - {"*"}:
            return None  # a lazy package has star imports for type checkers only, and they lead to every module in it
        definitions = (self._re_exported(module, node, name, depth) for node in star_imports)
        return next((definition for definition in definitions if definition is not None), None)

    def _re_exported(self, module: Module, node: ast.ImportFrom, name: str, depth: int) -> Definition | None:
        source = self._modules.find(module.imported_from(node)) if depth else None
        return self.in_module(source, name, depth - 1) if source else None

    def base(self, module: Module, base: ast.expr, depth: int = MAX_DEPTH) -> Definition | None:
        """Return the class that an expression in a module names, such as a base class `nn.Module`."""
        if isinstance(base, ast.Name):
            return self.in_module(module, base.id, depth)
        if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
            package = imported_module(module, base.value.id)
            source = self._modules.find(package) if package else None
            return self.in_module(source, base.attr, depth) if source else None
        return None
