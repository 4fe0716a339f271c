"""Translate the annotations and defaults of a class in the source of a lab into types and values for pydantic."""

from __future__ import annotations

import ast
import builtins
import operator
import typing
from collections.abc import Callable
from functools import reduce
from typing import Any

from pydantic import Field

from compiler.declared_types.source_names import External, InSource, SourceNames
from compiler.python_source.modules import Module

UNREADABLE = object()  # a value that only running the module computes
_PLAIN = {f"builtins.{name}": getattr(builtins, name) for name in ("str", "int", "float", "bool")}
_CONTAINERS: dict[str, Any] = {
    **{f"builtins.{name}": getattr(builtins, name) for name in ("list", "dict", "tuple", "set", "frozenset")},
    **{f"typing.{name.capitalize()}": getattr(builtins, name) for name in ("list", "dict", "tuple", "set")},
    **{f"typing.{name}": getattr(typing, name) for name in ("Sequence", "Mapping", "Iterable")},
    **{f"collections.abc.{name}": getattr(typing, name) for name in ("Sequence", "Mapping", "Iterable")},
}
_UNCONSTRAINED = frozenset({"default", "default_factory", "validate_default"})  # arguments of Field that limit no value
ModelOf = Callable[[InSource], Any]  # returns the model of a class in the source, or None


class FieldTypes:
    """Reads annotations. What it does not know accepts every value, because the build checks the value again."""

    def __init__(self, names: SourceNames, model_of: ModelOf) -> None:
        self._names, self._model_of = names, model_of

    def type_of(self, module: Module, node: ast.AST) -> Any:
        """Return the type of an annotation."""
        if isinstance(node, ast.Constant):
            return self._of_constant(module, node.value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return typing.Union[self.type_of(module, node.left), self.type_of(module, node.right)]  # noqa: UP007
        if isinstance(node, ast.Subscript):
            return self._generic(module, node)
        match self._names.meaning(module, node):
            case External(name):
                return _PLAIN.get(name) or _CONTAINERS.get(name, Any)
            case InSource(other, ast.ClassDef()) as definition:
                return self._model_of(definition) or Any
            case InSource(other, ast.Subscript() | ast.BinOp() as inner):
                return self.type_of(other, inner)
        return Any

    def constraints(self, module: Module, node: ast.AST | None) -> Any:
        """Return the `Field(...)` with the literal arguments of a call in the source, or None for anything else."""
        if not isinstance(node, ast.Call) or not self._is_field(module, node.func):
            return None
        values = {word.arg: self.value(module, word.value) for word in node.keywords if word.arg}
        limits = {key: value for key, value in values.items() if value is not UNREADABLE and key not in _UNCONSTRAINED}
        return Field(**limits)

    def default(self, module: Module, node: ast.expr | None) -> Any:
        """Return the default of a field: `...` if it has none."""
        if node is None:
            return ...
        if not isinstance(node, ast.Call) or not self._is_field(module, node.func):
            return self.value(module, node)
        arguments = {word.arg: word.value for word in node.keywords}
        if "default_factory" in arguments:
            return UNREADABLE
        argument = node.args[0] if node.args else arguments.get("default")
        return self.value(module, argument) if argument is not None else ...

    def value(self, module: Module, node: ast.AST) -> Any:
        """Return the value of a literal, or of a name of one."""
        meaning = self._names.meaning(module, node)
        if not isinstance(meaning, InSource) or not isinstance(meaning.node, ast.expr):
            return UNREADABLE
        try:
            return ast.literal_eval(meaning.node)
        except (ValueError, TypeError, MemoryError, RecursionError):
            return UNREADABLE

    def _is_field(self, module: Module, node: ast.AST) -> bool:
        meaning = self._names.meaning(module, node)
        return isinstance(meaning, External) and meaning.name in ("pydantic.Field", "pydantic.fields.Field")

    def _of_constant(self, module: Module, value: Any) -> Any:
        if value is None:
            return type(None)
        try:
            return self.type_of(module, ast.parse(value, mode="eval").body) if isinstance(value, str) else Any
        except SyntaxError:
            return Any

    def _generic(self, module: Module, node: ast.Subscript) -> Any:
        meaning = self._names.meaning(module, node.value)
        name = meaning.name if isinstance(meaning, External) else ""
        parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if name.endswith(".Literal"):
            values = [self.value(module, part) for part in parts]
            return Any if UNREADABLE in values else typing.Literal[tuple(values)]
        if name.endswith(".Annotated"):
            limits = [limit for part in parts[1:] if (limit := self.constraints(module, part)) is not None]
            inner = self.type_of(module, parts[0])
            return reduce(lambda annotated, limit: typing.Annotated[annotated, limit], limits, inner)
        types = [
            ... if isinstance(part, ast.Constant) and part.value is ... else self.type_of(module, part)
            for part in parts
        ]
        if name.endswith(".Optional"):
            return typing.Optional[types[0]]  # noqa: UP045  (a type at run time)
        if name.endswith(".Union"):
            return reduce(operator.or_, types[1:], types[0])
        return _CONTAINERS[name][tuple(types)] if name in _CONTAINERS else Any
