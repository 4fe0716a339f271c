"""Read the metrics that a deliverable needs from the source of its method `metrics`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any


def metrics_method(definition: ast.FunctionDef) -> Callable[[Any], Mapping[str, str]]:
    """Return a method with the result of `return {"field": self.field}`, also with `if self.field else {}`.

    The method returns no metrics if the source has another form. The build calls the real method.
    """
    fields = _returned_fields(definition)

    def metrics(self: Any) -> Mapping[str, str]:
        values = {key: getattr(self, field, None) for key, field in fields.items()}
        return {key: value for key, value in values.items() if isinstance(value, str) and value}

    return metrics


def _returned_fields(definition: ast.FunctionDef) -> dict[str, str]:
    """Return the attributes of `self` in the returned mapping, by key."""
    statements = [node for node in definition.body if not _is_docstring(node)]
    if len(statements) != 1 or not isinstance(statements[0], ast.Return):
        return {}
    value = statements[0].value
    condition: str | None = None
    if isinstance(value, ast.IfExp):
        condition, value = _attribute(value.test), value.body
    if not isinstance(value, ast.Dict):
        return {}
    fields = {
        key.value: name
        for key, item in zip(value.keys, value.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and (name := _attribute(item))
    }
    return fields if condition in (None, *fields.values()) and len(fields) == len(value.keys) else {}


def _attribute(node: ast.AST) -> str:
    """Return `x` of `self.x`, and "" for anything else."""
    is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    return node.attr if is_own and isinstance(node, ast.Attribute) else ""


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
