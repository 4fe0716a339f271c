"""Find the names that a module binds at its top level."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from compiler.python_source.modules import Module


def bound_names(module: Module) -> set[str]:
    """Return every name that a module binds at its top level."""
    return {name for node in top_level(module.tree) for name in names_bound_by(node)}


def top_level(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of a module, including those inside `if`, `try`, `with` and the like."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from top_level(node)


def has_alternatives(name: str, statements: Sequence[ast.stmt], tree: ast.Module) -> bool:
    """Return whether several branches bind a name, so that only running the module decides which one counts."""
    binding_statements = [node for node in statements if name in names_bound_by(node)]
    return len(binding_statements) > 1 and binding_statements[-1] not in tree.body


def imported_module(module: Module, name: str) -> str | None:
    """Return the module that a name refers to: `lightning` for `L` after `import lightning as L`."""
    for node in top_level(module.tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                return alias.name if isinstance(node, ast.Import) else f"{module.imported_from(node)}.{alias.name}"
    return None


def names_bound_by(node: ast.stmt) -> set[str]:
    """Return the names that a statement binds, without those bound by statements inside it."""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr | ast.withitem)]
    names = (inner for part in parts for inner in ast.walk(part) if isinstance(inner, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}
