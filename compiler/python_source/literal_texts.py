"""Find the texts that an expression can have, such as the name of a metric, from constants and calls in the source."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

_MAX_DEPTH = 4  # calls that are followed from a parameter to the texts that are passed for it
_MAX_TEXTS = 200

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Sources:
    """The parsed modules that a training executes."""

    trees: Sequence[ast.Module]
    _calls: dict[str, list[tuple[ast.Call, Function | None]]] = field(default_factory=dict)
    _constants: dict[str, list[ast.expr]] = field(default_factory=dict)
    _passed_on: set[str] = field(default_factory=set)  # functions that are used as values, so they have other callers

    def __post_init__(self) -> None:
        called = set()
        for tree in self.trees:
            for node, function in nodes_in_functions(tree):
                if isinstance(node, ast.Call):
                    called.add(node.func)
                    self._calls.setdefault(_name_of(node.func), []).append((node, function))
                elif isinstance(node, ast.Attribute) and node not in called:
                    self._passed_on.add(node.attr)
            for statement in tree.body:
                if isinstance(statement, ast.Assign):
                    for target in statement.targets:
                        if isinstance(target, ast.Name):
                            self._constants.setdefault(target.id, []).append(statement.value)

    def texts(self, node: ast.expr | None, function: Function | None, depth: int = _MAX_DEPTH) -> frozenset[str] | None:
        """Return every text that an expression inside a function can have, or None if the source does not show them."""
        if isinstance(node, ast.Constant):
            return frozenset({str(node.value)}) if isinstance(node.value, str | int) else None
        if isinstance(node, ast.JoinedStr):
            return self._joined(node.values, function, depth)
        if isinstance(node, ast.FormattedValue):
            return self.texts(node.value, function, depth) if node.format_spec is None else None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._joined([node.left, node.right], function, depth)
        if isinstance(node, ast.IfExp):
            return _union(self.texts(branch, function, depth) for branch in (node.body, node.orelse))
        return self._named(node.id, function, depth) if isinstance(node, ast.Name) else None

    def _joined(self, parts: Sequence[ast.expr], function: Function | None, depth: int) -> frozenset[str] | None:
        texts = [self.texts(part, function, depth) for part in parts]
        known = [part for part in texts if part is not None]
        if len(known) < len(texts):
            return None
        joined = frozenset("".join(words) for words in product(*known))
        return joined if len(joined) <= _MAX_TEXTS else None

    def _named(self, name: str, function: Function | None, depth: int) -> frozenset[str] | None:
        """Return the texts of a variable: a loop over literals, an assignment, a parameter, or a module's constant."""
        if function is not None:
            bindings = list(_bindings(function, name))
            if bindings:
                return _union(self.texts(value, function, depth) for value in bindings)
            if name in _parameters(function):
                return self._passed(function, name, depth - 1) if depth else None
        values = self._constants.get(name, ())
        return _union(self.texts(value, None, depth) for value in values) if values else None

    def _passed(self, function: Function, parameter: str, depth: int) -> frozenset[str] | None:
        """Return the texts that all calls of a function pass for a parameter. A function without calls is unknown."""
        calls = () if function.name in self._passed_on else self._calls.get(function.name, ())
        arguments = [(_argument(call, function, parameter), caller) for call, caller in calls]
        return _union(self.texts(value, caller, depth) for value, caller in arguments) if calls else None


def nodes_in_functions(tree: ast.AST, function: Function | None = None) -> Iterator[tuple[ast.AST, Function | None]]:
    """Yield every node below a node with the innermost function that contains it."""
    for node in ast.iter_child_nodes(tree):
        yield node, function
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield from nodes_in_functions(node, node if is_function else function)  # type: ignore[arg-type]


def _bindings(function: Function, name: str) -> Iterator[ast.expr | None]:
    """Yield the values that statements of a function give to a name, None for one that cannot be read."""
    for node in ast.walk(function):
        if isinstance(node, ast.For | ast.comprehension) and _binds(node.target, name):
            is_literal = isinstance(node.iter, ast.Tuple | ast.List) and isinstance(node.target, ast.Name)
            yield from node.iter.elts if is_literal else (None,)  # type: ignore[attr-defined]
        elif isinstance(node, ast.Assign) and any(_binds(target, name) for target in node.targets):
            yield node.value if isinstance(node.targets[0], ast.Name) else None
        elif isinstance(node, ast.AugAssign | ast.AnnAssign | ast.NamedExpr) and _binds(node.target, name):
            yield node.value if not isinstance(node, ast.AugAssign) else None


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(target))


def _parameters(function: Function) -> list[str]:
    arguments = function.args
    return [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _argument(call: ast.Call, function: Function, parameter: str) -> ast.expr | None:
    """Return the expression that a call passes for a parameter, else the default of the parameter."""
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    arguments = function.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    skipped = 1 if positional[:1] in (["self"], ["cls"]) and isinstance(call.func, ast.Attribute) else 0
    if any(isinstance(argument, ast.Starred) for argument in call.args) or parameter not in positional:
        return None
    index = positional.index(parameter)
    if 0 <= index - skipped < len(call.args):
        return call.args[index - skipped]
    default = index - len(positional) + len(arguments.defaults)
    return arguments.defaults[default] if default >= 0 else None


def _name_of(function: ast.expr) -> str:
    """Return the last name of a called expression: `step` for `self.step`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _union(parts: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Return all texts, or None if one part is unknown."""
    texts: set[str] = set()
    for part in parts:
        if part is None:
            return None
        texts |= part
    return frozenset(texts)
