"""Check YAML values against the annotation of a parameter. A value is accepted if the check does not know the type."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_SCALAR_CHECKS: dict[str, Callable[[Any], bool]] = {
    "int": _is_int,
    "float": lambda value: _is_int(value) or isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "None": lambda value: value is None,
}
_SEQUENCES = frozenset({"list", "List", "tuple", "Tuple", "Sequence", "Iterable", "set", "Set"})
_SEQUENCES_OR_TEXT = frozenset({"Sequence", "Iterable"})  # types that a str has too
_MAPPINGS = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})


def accepts(annotation: ast.expr, value: Any) -> bool:
    """Return whether `value`, as read from YAML, may be passed to a parameter with this annotation."""
    if isinstance(value, dict) and "_target_" in value:
        return True  # replaced by an object whose type is known only at run time
    if isinstance(annotation, ast.Constant):
        if isinstance(annotation.value, str):
            quoted = _parse(annotation.value)
            return quoted is None or accepts(quoted, value)
        return annotation.value is not None or value is None
    if isinstance(annotation, ast.BinOp):
        return accepts(annotation.left, value) or accepts(annotation.right, value)
    if isinstance(annotation, ast.Subscript):
        return _accepts_generic(_last_name(annotation.value), annotation.slice, value)
    name = _last_name(annotation)
    if name in _SCALAR_CHECKS:
        return _SCALAR_CHECKS[name](value)
    if name in _SEQUENCES:
        return isinstance(value, list) or (name in _SEQUENCES_OR_TEXT and isinstance(value, str))
    return isinstance(value, dict) if name in _MAPPINGS else True


def _accepts_generic(name: str, inner: ast.expr, value: Any) -> bool:
    arguments = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name == "Optional":
        return value is None or accepts(inner, value)
    if name == "Union":
        return any(accepts(argument, value) for argument in arguments)
    if name == "Annotated":
        return accepts(arguments[0], value)
    if name == "Literal":
        return any(isinstance(literal, ast.Constant) and literal.value == value for literal in arguments)
    if name in _SEQUENCES_OR_TEXT and isinstance(value, str):
        return accepts(inner, value)
    if name in _SEQUENCES:
        return isinstance(value, list) and (name in ("tuple", "Tuple") or all(accepts(inner, item) for item in value))
    return isinstance(value, dict) if name in _MAPPINGS else True


def _parse(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name: `Optional` for `typing.Optional`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
