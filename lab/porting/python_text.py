"""Replace imports of `pytorch_lightning`, the older name of `lightning.pytorch`, in Python source."""

from __future__ import annotations

import ast
import re

_OLD, _NEW = "pytorch_lightning", "lightning.pytorch"


def converted_python(source: str) -> str:
    """Return the source with its imports replaced. Raises SyntaxError if it is not valid Python."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not _imports_old_package(node):
            continue
        assert isinstance(node, ast.Import | ast.ImportFrom)
        for index in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[index] = _converted_line(lines[index])
    return "".join(lines)


def _imports_old_package(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] == _OLD
    return isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == _OLD for alias in node.names)


def _converted_line(line: str) -> str:
    """Return a line of an import statement that names the new package. A name that code may use is kept as an alias."""
    code, mark, comment = line.partition("#")
    is_bare_import = not code.lstrip().startswith("from") and "import" in code
    if is_bare_import:
        code = re.sub(rf"\b{_OLD}\b(?!\s+as\b|\.)", f"{_NEW} as {_OLD}", code)
    code = re.sub(rf"(?<!as )\b{_OLD}\b", _NEW, code)
    return f"{code}{mark}{comment}"
