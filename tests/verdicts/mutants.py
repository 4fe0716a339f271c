"""Make mutants of the decision code: copies of a module that differ in one comparison, constant or operator.

mutmut and cosmic-ray make mutants too, but they write them into the source tree or into a copy of it, and start one
process with all imports for each mutant. These mutants are source texts, which `run_mutants` loads into forked
processes, so that mutants can be tested while other tests use the source tree.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.base.paths import ENGINE

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_FUNCTIONS = {"max": "min", "min": "max", "any": "all", "all": "any", "ceil": "floor", "floor": "ceil"}
_NO_EFFECT = ("strict",)  # keywords that raise an error for a fault of the code, and change no result
_Replacements = Iterator[tuple[str, ast.expr]]


@dataclass(frozen=True)
class Mutant:
    """A changed module. `line` is the original line, and `change` states what differs in it."""

    module: str
    line: str
    change: str
    source: str

    def __str__(self) -> str:
        return f"{self.module}: {self.change}: {self.line}"


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield every mutant of a module of the engine."""
    yield from mutants_in(module, ENGINE.joinpath(*module.split(".")).with_suffix(".py").read_text(encoding="utf-8"))


def mutants_in(module: str, text: str) -> Iterator[Mutant]:
    """Yield every mutant of the source text of a module."""
    tree, lines = ast.parse(text), text.splitlines()
    for node in list(_mutable_expressions(tree)):
        for change, replacement in list(_replacements(node)):
            original = copy.copy(node)
            _become(node, replacement)
            source = ast.unparse(ast.fix_missing_locations(tree))
            _become(node, original)
            yield Mutant(module, lines[original.lineno - 1].strip(), change, source)


def _mutable_expressions(tree: ast.Module) -> Iterator[ast.expr]:
    """Yield the expressions inside functions, without docstrings, annotations, messages and decorators."""
    for statement in ast.walk(tree):
        if isinstance(statement, ast.FunctionDef):
            for part in (*statement.args.defaults, *statement.args.kw_defaults, *statement.body):
                if part is not None and not isinstance(part, ast.FunctionDef):
                    yield from _expressions(part)
        elif isinstance(statement, ast.Assign) and statement in tree.body:
            yield from _expressions(statement.value)


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.FunctionDef | ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
        return
    if isinstance(node, ast.keyword) and node.arg in _NO_EFFECT:
        return
    if isinstance(node, ast.expr):
        yield node
    for name, value in ast.iter_fields(node):
        children = value if isinstance(value, list) else [value]
        for child in children:
            if isinstance(child, ast.AST) and name != "annotation":
                yield from _expressions(child)


def _replacements(node: ast.expr) -> _Replacements:
    if isinstance(node, ast.Compare):
        for position, operator in enumerate(node.ops):
            for other in _COMPARISONS[type(operator)]:
                ops = [*node.ops[:position], other(), *node.ops[position + 1 :]]
                yield _change(operator, other), ast.Compare(node.left, ops, node.comparators)
    elif isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        other_operator = _OPERATORS[type(node.op)]
        yield _change(node.op, other_operator), ast.BinOp(node.left, other_operator(), node.right)
    elif isinstance(node, ast.BoolOp):
        other_junction = ast.And if isinstance(node.op, ast.Or) else ast.Or
        yield _change(node.op, other_junction), ast.BoolOp(other_junction(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub):
        yield f"{type(node.op).__name__} dropped", node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        name = _FUNCTIONS[node.func.id]
        yield f"{node.func.id} to {name}", ast.Call(ast.Name(name, ast.Load()), node.args, node.keywords)
    elif isinstance(node, ast.IfExp):
        yield "branches swapped", ast.IfExp(node.test, node.orelse, node.body)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        changed = not node.value if isinstance(node.value, bool) else node.value - 1 if node.value else 1
        yield f"{node.value} to {changed}", ast.Constant(changed)


def _change(operator: ast.AST, other: type[ast.AST]) -> str:
    return f"{type(operator).__name__} to {other.__name__}"


def _become(node: ast.expr, other: ast.expr) -> None:
    """Change a node of a tree in place into another one."""
    node.__class__, node.__dict__ = other.__class__, dict(vars(other))
