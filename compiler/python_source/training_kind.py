"""Decide from a config and the source of its model how a run is trained: by Lightning, a function or a command."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from compiler.python_source.definitions import Definition, Definitions
from compiler.python_source.signatures import Signatures

Kind = Literal["lightning", "function", "command"]
COMMAND_KEY = "cmd"
# Arguments that Proband passes to a training function that has parameters of these names (docs/training_code.md).
SUPPLIED = frozenset({"config", "folder", "resume_from", "run", "save", "seed", "trial"})
_NO_CLASSES = frozenset({"TypedDict", "NamedTuple", "dict", "Dict", "UserDict"})


def training_kind(config: Mapping[str, Any], definitions: Definitions) -> Kind:
    """Return the kind of a composed config. A model whose source shows no plain function is one of Lightning."""
    if config.get(COMMAND_KEY) is not None:
        return "command"
    return "lightning" if training_function(config, definitions) is None else "function"


def training_function(config: Mapping[str, Any], definitions: Definitions) -> Definition | None:
    """Return the function that `model._target_` names, None if the model is another object.

    A function that is annotated to return an object of a class, or returns a new object of a class, builds a model for
    Lightning and does not train one.
    """
    model = config.get("model")
    target = model.get("_target_") if isinstance(model, Mapping) else None
    try:
        definition = definitions.find(target) if isinstance(target, str) else None
    except SyntaxError:
        return None  # reported when the target is checked
    if definition is None or isinstance(definition.node, ast.ClassDef) or _builds_object(definition, definitions):
        return None
    return definition


def reads_config(config: Mapping[str, Any], signatures: Signatures) -> bool:
    """Return whether the training function of a config can read the complete config: it has a parameter for it."""
    return "config" in signatures.find(config["model"]["_target_"]).parameters


def is_read_by_function(config: Mapping[str, Any], signatures: Signatures) -> bool:
    """Return whether a training function reads the config itself, so that its source alone shows which keys it uses."""
    return training_function(config, signatures.definitions) is not None and reads_config(config, signatures)


def returned_expressions(function: ast.AST) -> Iterator[ast.expr | None]:
    """Yield what the `return` statements of a function return, without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.Return):
            yield node.value
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from returned_expressions(node)


def _builds_object(definition: Definition, definitions: Definitions) -> bool:
    node = definition.node
    assert not isinstance(node, ast.ClassDef)
    if node.returns is not None:
        return _is_class(node.returns, definition, definitions)
    values = list(returned_expressions(node))
    return bool(values) and all(
        isinstance(value, ast.Call) and _is_class(value.func, definition, definitions) for value in values
    )


def _is_class(expression: ast.expr, definition: Definition, definitions: Definitions) -> bool:
    """Return whether an expression names a class whose objects are no mapping of metrics."""
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        try:
            expression = ast.parse(expression.value, mode="eval").body
        except SyntaxError:
            return False
    named = definitions.base(definition.module, expression)
    if named is None or not isinstance(named.node, ast.ClassDef):
        return False
    names = {getattr(base, "attr", getattr(base, "id", "")) for base in named.node.bases}
    return not names & _NO_CLASSES
