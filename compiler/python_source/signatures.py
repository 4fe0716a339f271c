"""What the class or function behind a `_target_` takes, read from its source: the compiler imports no torch."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from compiler.base.diagnostics import did_you_mean
from compiler.python_source.modules import Module, Modules

_DEEPEST = 12  # re-exports and base classes followed before giving up


# Names that mean a module makes others when asked: they cannot be listed from its source.
_MAKERS_OF_NAMES = frozenset({"__getattr__", "*", "_LazyModule"})


class TargetNotFound(Exception):
    """Nothing importable has that name."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem, self.hint = problem, hint


@dataclass(frozen=True)
class Signature:
    """Parameters by name, with the annotation where there is one. `is_open`: it takes others too (`**kwargs`)."""

    parameters: Mapping[str, ast.expr | None] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    is_open: bool = True


UNKNOWN = Signature()  # compiled code, an instance, a decorated function: not checked rather than wrongly refused


@dataclass(frozen=True)
class _Definition:
    module: Module
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Signatures:
    """Signatures by dotted name."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self.of = cache(self._of)

    def _of(self, target: str) -> Signature:
        """The signature behind `package.module.Name`.

        Raises:
            TargetNotFound: the module, or the name in it, does not exist.
            SyntaxError: the module is not Python.
        """
        module_name, _, name = target.rpartition(".")
        module = self._modules.find(module_name) if module_name else None
        if module is None:
            if module_name and (self._modules.is_compiled(module_name) or self._is_class(module_name)):
                return UNKNOWN
            raise TargetNotFound(f"there is no module '{module_name or target}'")
        definition = self._definition(module, name, _DEEPEST)
        if definition is not None:
            return self._signature(definition, _DEEPEST)
        names = _names(module)
        if name in names:
            return UNKNOWN
        if self._modules.find(target):
            raise TargetNotFound(f"'{target}' is a module, not a class or a function")
        looks_mistyped = "_LazyModule" not in names and difflib.get_close_matches(name, names, n=1, cutoff=0.85)
        if names & _MAKERS_OF_NAMES and not looks_mistyped:
            return UNKNOWN
        raise TargetNotFound(f"'{module_name}' has no '{name}'", did_you_mean(name, names))

    def _is_class(self, name: str) -> bool:
        """Whether `name` is a class of a module, so that a target below it is one of its methods."""
        module_name, _, outer = name.rpartition(".")
        module = self._modules.find(module_name) if module_name else None
        return module is not None and outer in _names(module)

    def _definition(self, module: Module, name: str, depth: int) -> _Definition | None:
        """The class or function that `name` stands for, through re-exports."""
        stars = []
        statements = list(_top_level(module.tree))
        if _is_either(name, statements, module.tree):
            return None
        for node in reversed(statements):
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                return _Definition(module, node)
            if not isinstance(node, ast.ImportFrom):
                continue
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return self._re_exported(module, node, alias.name, depth)
                if alias.name == "*":
                    stars.append(node)
        if _MAKERS_OF_NAMES & _names(module) - {"*"}:
            return None  # a lazy package: its star imports are for type checkers, and lead everywhere
        found = (self._re_exported(module, node, name, depth) for node in stars)
        return next((one for one in found if one is not None), None)

    def _re_exported(self, module: Module, node: ast.ImportFrom, name: str, depth: int) -> _Definition | None:
        source = self._modules.find(module.imported_from(node)) if depth else None
        return self._definition(source, name, depth - 1) if source else None

    def _signature(self, definition: _Definition, depth: int) -> Signature:
        if not isinstance(definition.node, ast.ClassDef):
            return UNKNOWN if definition.node.decorator_list else _arguments(definition.node, skip=0)
        if definition.node.decorator_list:
            return UNKNOWN  # a dataclass and its kind: the decorator writes __init__
        for node in definition.node.body:
            if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "__new__"):
                return _arguments(node, skip=1)
        for base in definition.node.bases:
            inherited = self._base(definition.module, base, depth)
            if inherited is None:
                return UNKNOWN
            found = self._signature(inherited, depth - 1) if depth else UNKNOWN
            if found is not UNKNOWN:
                return found
        return UNKNOWN

    def _base(self, module: Module, base: ast.expr, depth: int) -> _Definition | None:
        if isinstance(base, ast.Name):
            return self._definition(module, base.id, depth)
        if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
            package = _imported_module(module, base.value.id)
            source = self._modules.find(package) if package else None
            return self._definition(source, base.attr, depth) if source else None
        return None


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef, skip: int) -> Signature:
    positional = [*node.args.posonlyargs, *node.args.args][skip:]
    without_default = positional[: len(positional) - len(node.args.defaults)] if node.args.defaults else positional
    required = {one.arg for one in without_default}
    required |= {
        one.arg for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default is None
    }
    parameters = {one.arg: one.annotation for one in [*positional, *node.args.kwonlyargs]}
    return Signature(parameters, frozenset(required), is_open=node.args.kwarg is not None)


def _is_either(name: str, statements: Sequence[ast.stmt], tree: ast.Module) -> bool:
    """Whether a name is bound in several branches, of which running it takes one."""
    binding = [node for node in statements if name in _bound(node)]
    return len(binding) > 1 and binding[-1] not in tree.body


def _top_level(tree: ast.AST) -> Iterator[ast.stmt]:
    """Statements of a module, also those under `if`, `try`, `with` and the like."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _top_level(node)


def _names(module: Module) -> set[str]:
    """Every name that a module binds at its top level."""
    return {name for node in _top_level(module.tree) for name in _bound(node)}


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement binds by itself, not those of statements in it."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr | ast.withitem)]
    names = (one for part in parts for one in ast.walk(part) if isinstance(one, ast.Name))
    return {one.id for one in names if isinstance(one.ctx, ast.Store)}


def _imported_module(module: Module, alias_name: str) -> str | None:
    """The module that a name like `L` stands for after `import lightning as L`."""
    for node in _top_level(module.tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            if (alias.asname or alias.name) == alias_name:
                return alias.name if isinstance(node, ast.Import) else f"{module.imported_from(node)}.{alias.name}"
    return None
