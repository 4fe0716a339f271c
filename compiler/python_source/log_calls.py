"""Find the names that a model logs: the arguments of `self.log` and `self.log_dict`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TypeGuard

from compiler.python_source.literal_texts import Function, Sources, nodes_in_functions
from compiler.python_source.metric_functions import LOGGED, returned_metrics
from compiler.python_source.modules import Module

_LOG_METHODS = frozenset({"log", "log_dict"})
_FIRST_PARAMETERS = frozenset({"name", "dictionary"})  # of `log` and of `log_dict`
_RECEIVERS = frozenset({"self", "pl_module"})  # a callback logs through the model that Lightning passes to it


def logged_names(modules: Iterable[Module]) -> frozenset[str] | None:
    """Return the names that modules log, or None if the source does not show one of them.

    Raises:
        SyntaxError: A module is not valid Python.
    """
    sources = Sources([module.tree for module in modules])
    names: set[str] = set()
    for tree in sources.trees:
        for node, function in nodes_in_functions(tree):
            if _is_log_call(node):
                logged = _names_of_call(node, function, sources)
                if logged is None:
                    return None
                names |= logged
    return frozenset(names)


def _names_of_call(call: ast.Call, function: Function | None, sources: Sources) -> set[str] | None:
    named_arguments = [keyword.value for keyword in call.keywords if keyword.arg in _FIRST_PARAMETERS]
    first_argument = (call.args or named_arguments)[0]
    if isinstance(first_argument, ast.Call) and ast.unparse(first_argument.func) == f"self.{LOGGED}":
        return returned_metrics(sources)
    keys = first_argument.keys if isinstance(first_argument, ast.Dict) else [first_argument]
    names: set[str] = set()
    for key in keys:
        texts = None if key is None else sources.texts(key, function)
        if texts is None:
            return None
        names |= texts
    return names


def _is_log_call(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node is a call of `self.log` or `self.log_dict` with a name or a dictionary."""
    return (
        isinstance(node, ast.Call)
        and (bool(node.args) or any(keyword.arg in _FIRST_PARAMETERS for keyword in node.keywords))
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _LOG_METHODS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in _RECEIVERS
    )
