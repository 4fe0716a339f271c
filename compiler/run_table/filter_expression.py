"""Select runs by an expression such as `val/acc > 0.9 and model.lr in (0.01, 0.1) and state == "done"`.

The expression has the syntax of Python, of which only comparisons, `and`, `or`, `not`, `in`, constants and names are
accepted. It is parsed by `ast` and evaluated by this module, so no text of the user is run as code. There is no
arithmetic, so `val/acc` and `eval-loss` are names. `metrics["Top-1 (%)"]` and `params["model.lambda"]` are names that
Python cannot parse. A value that a run lacks is null: it equals only null, and is neither smaller nor larger.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from compiler.base.diagnostics import InputError
from compiler.run_table.columns import (
    METRICS,
    PARAMETERS,
    Column,
    UnknownColumn,
    find_column,
    metric_column,
    metric_names,
    parameter_column,
    parameter_names,
)
from compiler.run_table.run_row import RunRow

_MAX_LENGTH = 2000
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}  # as in YAML, if no run has such a column
_ACCEPTED = "comparisons, and, or, not, in, numbers, texts, lists and the names of columns"


class InvalidFilter(InputError):
    """A filter expression is not valid. The message shows the position below the expression."""

    def __init__(self, text: str, column: int, problem: str) -> None:
        pointer = f"\n  {text}\n  {' ' * column}^" if "\n" not in text and len(text) <= 200 else ""
        super().__init__(f"--where: {problem}{pointer}")


def parse_filter(text: str, rows: Sequence[RunRow]) -> Callable[[RunRow], bool]:
    """Return a function that decides whether the expression holds for a run.

    Args:
        rows: all runs. A name that none of them has is an error, because it is probably mistyped.

    Raises:
        InvalidFilter: The expression has a syntax error, an operation that is not accepted, or an unknown name.
    """
    if len(text) > _MAX_LENGTH or not text.strip() or "\0" in text:
        raise InvalidFilter("", 0, f"give an expression of 1 to {_MAX_LENGTH} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        value = _Parser(text.strip(), rows).value(tree.body)
    except SyntaxError as error:
        column = max(0, (error.offset or 1) - 1)
        raise InvalidFilter(text.strip(), column, f"{error.msg} (accepted: {_ACCEPTED})") from None
    except (ValueError, RecursionError, MemoryError):
        raise InvalidFilter("", 0, "the expression is nested too deeply, or has an invalid number") from None
    return lambda row: bool(value(row))


class _Parser:
    """Converts the nodes of one expression to functions that return their value for a run."""

    def __init__(self, text: str, rows: Sequence[RunRow]) -> None:
        self._text, self._rows = text, rows

    def value(self, node: ast.expr) -> Column:
        match node:
            case ast.BoolOp(op=operation, values=nodes):
                operands = [self.value(operand) for operand in nodes]
                decide = all if isinstance(operation, ast.And) else any
                return lambda row: decide(operand(row) for operand in operands)
            case ast.UnaryOp(op=ast.Not(), operand=operand_node):
                operand = self.value(operand_node)
                return lambda row: not operand(row)
            case ast.Compare(left=left, ops=operations, comparators=others):
                values = [self.value(operand) for operand in (left, *others)]
                comparisons = [self._comparison(operation, node) for operation in operations]
                pairs = list(zip(comparisons, pairwise(values), strict=True))
                return lambda row: all(compare(first(row), second(row)) for compare, (first, second) in pairs)
            case ast.Constant() | ast.UnaryOp() | ast.List() | ast.Tuple() | ast.Set():
                constant = self._constant(node)
                return lambda _: constant
        return self._column(node)

    def _comparison(self, operation: ast.cmpop, node: ast.expr) -> Callable[[Any, Any], bool]:
        if type(operation) not in _COMPARISONS:
            raise self._invalid(node, "this comparison is not accepted")
        return _COMPARISONS[type(operation)]

    def _constant(self, node: ast.expr) -> Any:
        """Return a number, a text, a bool, null or a list of them."""
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as constant):
                return constant
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
            case ast.UnaryOp(op=ast.UAdd(), operand=ast.Constant(value=int() | float() as number)):
                return number
            case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return [self._constant(item) for item in items]
            case ast.Name(id=word) if word in _WORDS:
                return _WORDS[word]
        raise self._invalid(node, "is not a number, a text or a list of them")

    def _column(self, node: ast.expr) -> Column:
        match node:
            case ast.Subscript(value=ast.Name(id=group), slice=ast.Constant(value=str() as name)):
                return self._column_of_group(node, group, name)
            case _ if not _is_name(node):
                raise self._invalid(node, f"this operation is not accepted (accepted: {_ACCEPTED})")
        name = "".join((ast.get_source_segment(self._text, node) or "").split())
        try:
            return find_column(name, self._rows)
        except UnknownColumn as error:
            if name in _WORDS:
                return lambda _: _WORDS[name]
            hint = f'; write a text in quotes: "{name}"' if name.isidentifier() else ""
            raise self._invalid(node, f"{error}{hint}") from None

    def _column_of_group(self, node: ast.expr, group: str, name: str) -> Column:
        if group == METRICS and name in metric_names(self._rows):
            return metric_column(name)
        if group == PARAMETERS and name in parameter_names(self._rows):
            return parameter_column(name)
        raise self._invalid(node, f"no run has {group}[{name!r}]")

    def _invalid(self, node: ast.expr, problem: str) -> InvalidFilter:
        column = len(self._text.encode()[: node.col_offset].decode(errors="ignore")) if node.lineno == 1 else 0
        return InvalidFilter(self._text, column, problem)


def _is_name(node: ast.expr) -> bool:
    """Return whether a node is a name as metrics and parameters have it: `acc`, `model.lr`, `val/acc`, `eval-loss`."""
    match node:
        case ast.Name():
            return True
        case ast.Attribute(value=owner):
            return _is_name(owner)
        case ast.BinOp(left=left, op=ast.Div() | ast.Sub() | ast.MatMult(), right=right):
            return _is_name(left) and (_is_name(right) or isinstance(right, ast.Constant))
    return False


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Return a comparison that does not hold for values that have no order, such as a number and a text or null."""

    def holds(left: Any, right: Any) -> bool:
        try:
            return bool(compare(left, right))
        except TypeError:
            return False

    return holds


def _is_in(item: Any, container: Any) -> bool:
    """Return whether a list or tuple contains the item, or a text contains it as a part."""
    if isinstance(container, str):
        return isinstance(item, str) and item in container
    return isinstance(container, list | tuple) and item in container


_COMPARISONS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.eq,
    ast.IsNot: operator.ne,
    ast.Lt: _ordered(operator.lt),
    ast.LtE: _ordered(operator.le),
    ast.Gt: _ordered(operator.gt),
    ast.GtE: _ordered(operator.ge),
    ast.In: _is_in,
    ast.NotIn: lambda item, container: not _is_in(item, container),
}
