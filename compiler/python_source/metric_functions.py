"""Find the metrics that the functions of a `FusableModule` return: the keys of the dictionaries in their source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from compiler.python_source.literal_texts import Function, Sources

LOGGED = "_epoch_metrics"  # the method of FusableModule with the means of these metrics, which it logs
_RESULTS = "BatchResults"  # its first field are the metrics
_FUNCTIONS = ("validation_metrics", "test_results")


def returned_metrics(sources: Sources) -> set[str] | None:
    """Return the names of the metrics that the functions return, or None if the source does not show one of them."""
    names: set[str] = set()
    for function in _functions(sources):
        for value in _returned(function):
            metrics = _literal(_metrics_of(value), function)
            texts = None if metrics is None else [sources.texts(key, function) for key in metrics.keys]
            if texts is None or None in texts:
                return None
            names.update(*(text for text in texts if text is not None))
    return names


def _functions(sources: Sources) -> Iterator[Function]:
    for tree in sources.trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in _FUNCTIONS:
                yield node


def _returned(function: Function) -> Iterator[ast.expr | None]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return))


def _metrics_of(value: ast.expr | None) -> ast.expr | None:
    """Return the metrics of an expression such as `BatchResults(metrics, items)`, or the expression itself."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == _RESULTS):
        return value
    named = [keyword.value for keyword in value.keywords if keyword.arg == "metrics"]
    return next(iter((*value.args, *named)), None)


def _literal(value: ast.expr | None, function: Function) -> ast.Dict | None:
    """Return a dictionary in the source, which may have been assigned to a variable.

    None if it unpacks another dictionary, or the variable is changed after its assignment.
    """
    if isinstance(value, ast.Name):
        assigned = [
            node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [value.id]
        ]
        is_changed = any(
            isinstance(node, ast.Subscript | ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == value.id
            for node in ast.walk(function)
        )
        value = assigned[0] if len(assigned) == 1 and not is_changed else None
    return value if isinstance(value, ast.Dict) and None not in value.keys else None
