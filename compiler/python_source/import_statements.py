"""Find the import statements of a source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # the fields of nodes that hold statements


def import_statements(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield all import statements in the order of `ast.walk`: level by level.

    Expressions contain no statements, so they are not searched. They are most of a tree.
    """
    level: list[ast.AST] = [tree]
    while level:
        below = []
        for node in level:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node
            for name in _BLOCKS:
                block = getattr(node, name, None)
                if isinstance(block, list):  # the body of a lambda or of an `if` expression is an expression
                    below += block
        level = below
