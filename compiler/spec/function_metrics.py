"""Find the metrics that a training function returns and logs, from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from compiler.python_source.training_kind import returned_expressions

_RECORDER = "run"  # the parameter with which a function logs metrics
_NOT_METRICS = frozenset({"step", "epoch"})


class MetricNames(frozenset[str]):
    """Names of metrics. A name also contains those below it: `val` may hold a mapping, whose metrics are `val/…`."""

    def __contains__(self, name: object) -> bool:
        parts = str(name).split("/")
        return any(super(MetricNames, self).__contains__("/".join(parts[:end])) for end in range(1, len(parts) + 1))


def function_metrics(function: ast.AST) -> MetricNames | None:
    """Return the names of the metrics of a training function, None if its source does not list all of them."""
    mappings = [*returned_expressions(function)]
    names: list[str | None] = []
    for node in ast.walk(function):
        if _is_log_call(node):
            mappings += node.args
            names += [keyword.arg for keyword in node.keywords if keyword.arg not in _NOT_METRICS]
    names += [name for mapping in mappings for name in _names_in(mapping)]
    if None in names or not names or _passes_recorder_on(function):
        return None
    return MetricNames(name for name in names if name is not None)


def _names_in(mapping: ast.expr | None) -> Iterator[str | None]:
    """Yield the names in a written mapping, None for each that is not written out."""
    if isinstance(mapping, ast.Dict):
        for key in mapping.keys:
            yield key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None
    else:
        yield None


def _is_log_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "log"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == _RECORDER
    )


def _passes_recorder_on(function: ast.AST) -> bool:
    """Return whether other code gets the recorder, which may then log anything."""
    attributes = [node.value for node in ast.walk(function) if isinstance(node, ast.Attribute)]
    used = [node for node in ast.walk(function) if isinstance(node, ast.Name) and node.id == _RECORDER]
    return any(node not in attributes for node in used)
