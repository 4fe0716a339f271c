"""Check a training function beyond its arguments: that it can return metrics, and that something reads the config."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compiler.base.diagnostics import Problem
from compiler.base.nested import Keys
from compiler.python_source.bindings import top_level
from compiler.python_source.modules import Module
from compiler.python_source.signatures import Signatures
from compiler.python_source.training_kind import reads_config, returned_expressions, training_function

_TARGET: Keys = ("model", "_target_")
_UNREAD = ("data", "trainer")  # groups that only Lightning reads


def function_problems(config: Mapping[str, Any], signatures: Signatures) -> Iterator[Problem]:
    """Yield the problems of a model that is a plain function, or is an object that only looks like one."""
    definition = training_function(config, signatures.definitions)
    if definition is None:
        yield from _value_problems(config, signatures)
        return
    name, node = config["model"]["_target_"], definition.node
    returned = list(returned_expressions(node))
    if isinstance(node, ast.AsyncFunctionDef):
        yield Problem(_TARGET, f"{name} is async", "write a plain def")
    elif any(isinstance(part, ast.Yield | ast.YieldFrom) for part in _own_nodes(node)):
        yield Problem(_TARGET, f"{name} has a yield", "log with run.log, and return the metrics")
    elif not any(value is not None for value in returned) and not any(
        isinstance(part, ast.Raise) for part in _own_nodes(node)
    ):
        yield Problem(_TARGET, f"{name} returns nothing", "return the metrics, such as {'accuracy': 0.9}")
    if not reads_config(config, signatures):
        for key in _UNREAD:
            if config.get(key) is not None:
                problem = f"{name} does not take 'config', so nothing reads this"
                yield Problem((key,), problem, "move the keys to model:, or add the parameter config")


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without those of functions and classes inside it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield node
            yield from _own_nodes(node)


def _value_problems(config: Mapping[str, Any], signatures: Signatures) -> Iterator[Problem]:
    """Yield a model that is another object than a class or a function, so that its source does not show what trains."""
    model = config.get("model")
    target = model.get("_target_") if isinstance(model, Mapping) else None
    module_name, _, name = target.rpartition(".") if isinstance(target, str) else ("", "", "")
    try:
        module = signatures.modules.find(module_name) if module_name else None
        owner = signatures.definitions.find(module_name) if module_name and module is None else None
        statements = list(top_level(module.tree)) if module is not None and module.is_project else []
    except SyntaxError:
        return  # reported when the target is checked
    if owner is not None and _is_static_method(owner.node, name):
        yield Problem(_TARGET, f"{target} is a method", "write a def outside the class")
    for value in _values_of(name, statements):
        if module and (kind := _kind_of_value(value, module, signatures)):
            yield Problem(_TARGET, f"{target} is {kind}", "write a def")


def _values_of(name: str, statements: Iterable[ast.stmt]) -> Iterator[ast.expr]:
    """Yield what a name is assigned to."""
    for node in statements:
        if isinstance(node, ast.Assign) and name in [getattr(target, "id", None) for target in node.targets]:
            yield node.value


def _is_static_method(owner: ast.AST, name: str) -> bool:
    methods = [node for node in getattr(owner, "body", ()) if isinstance(node, ast.FunctionDef) and node.name == name]
    decorators = [decorator for method in methods for decorator in method.decorator_list]
    return any(isinstance(decorator, ast.Name) and decorator.id == "staticmethod" for decorator in decorators)


def _kind_of_value(value: ast.expr, module: Module, signatures: Signatures) -> str:
    """Return what a name is bound to if it is surely neither a class nor a function, else an empty text."""
    if isinstance(value, ast.Lambda):
        return "a lambda"
    if not isinstance(value, ast.Call):
        return ""
    if getattr(value.func, "attr", getattr(value.func, "id", "")) == "partial":
        return "a partial"
    made_by = signatures.definitions.base(module, value.func)
    is_object = made_by is not None and made_by.module.is_project and isinstance(made_by.node, ast.ClassDef)
    return "an object" if is_object else ""
