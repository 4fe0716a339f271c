"""Find the classes of installed packages that a class of a lab inherits from, from source alone."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from compiler.python_source.bindings import imported_module, names_bound_by, top_level
from compiler.python_source.modules import Module, Modules

# Base classes of these libraries log no metrics of their own.
_QUIET_LIBRARIES = frozenset({"lightning", "pytorch_lightning", "torch", "typing_extensions"})
_MAX_DEPTH = 12  # re-exports and base classes that are followed


def is_quiet_library(name: str) -> bool:
    """Return whether a dotted name belongs to Python or to a library whose classes log no metrics."""
    package = name.partition(".")[0]
    return package in _QUIET_LIBRARIES or package in sys.stdlib_module_names


def inherits_from_project(target: str, modules: Modules) -> bool:
    """Return whether a target is a class of the project, and so are its base classes, except those of quiet libraries.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    bases = list(installed_bases(target, modules))
    return target not in bases and all(map(is_quiet_library, bases))


def installed_bases(target: str, modules: Modules, depth: int = _MAX_DEPTH) -> Iterator[str]:
    """Yield the dotted names of the classes outside the project that the class `target` inherits from.

    If the project does not define `target`, yield it itself.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    module_name, _, name = target.rpartition(".")
    module = modules.find(module_name) if module_name and depth else None
    bases = _bases(module, name) if module is not None and module.is_project else None
    if bases is None:
        yield target
        return
    for base in bases:
        yield from installed_bases(base, modules, depth - 1)


def names_in_class(target: str, modules: Modules, depth: int = _MAX_DEPTH) -> frozenset[str]:
    """Return the methods and attributes that a class and its bases in the project define.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    module_name, _, name = target.rpartition(".")
    module = modules.find(module_name) if module_name and depth else None
    bases = _bases(module, name) if module is not None and module.is_project else None
    if module is None or bases is None:
        return frozenset()
    bodies = (node.body for node in top_level(module.tree) if isinstance(node, ast.ClassDef) and node.name == name)
    own = {defined for body in bodies for node in body for defined in names_bound_by(node)}
    return frozenset(own).union(*(names_in_class(base, modules, depth - 1) for base in bases))


def _bases(module: Module, name: str) -> list[str] | None:
    """Return the full names of the bases of a class, or the name that a module imports; None if it has no such name."""
    for node in top_level(module.tree):
        if isinstance(node, ast.ClassDef) and node.name == name:
            bases = [_owner(base) for base in node.bases]
            return [_imported_name(module, base) or f"{module.name}.{base}" for base in bases]
    source = _imported_name(module, name)
    return [source] if source is not None else None


def _owner(base: ast.expr) -> str:
    """Return the dotted name of a base class, without its type parameters."""
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base)


def _imported_name(module: Module, name: str) -> str | None:
    """Return the full name of an imported name: `lightning.LightningModule` for `L.LightningModule`."""
    head, dot, rest = name.partition(".")
    source = imported_module(module, head)
    if source is None and head == "object":
        return "builtins.object"
    return source and f"{source}{dot}{rest}"
