"""Check every `_target_` of a config against the signature that it will be called with."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from compiler.base.diagnostics import Problem, did_you_mean
from compiler.base.identity import DATA_DECLARATIONS, FUSE
from compiler.base.nested import Keys, nodes
from compiler.parsing.json_values import MISSING
from compiler.python_source.annotations import accepts
from compiler.python_source.signatures import Signature, Signatures, TargetNotFound
from compiler.python_source.training_kind import SUPPLIED, training_function

_HYDRA_KEYS = frozenset({"_target_", "_partial_", "_args_", "_recursive_", "_convert_"})
# Required arguments that the training code passes, so the config may lack them. The keys are top-level config keys.
SUPPLIED_ARGUMENTS = {"trainer": frozenset({"callbacks", "logger"})}
# Keys of a top-level group that its class does not get.
_NOT_PASSED: dict[Keys, frozenset[str]] = {("data",): DATA_DECLARATIONS, ("trainer",): frozenset({FUSE})}


def target_problems(config: Any, signatures: Signatures, key_path: Keys = ()) -> Iterator[Problem]:
    """Yield targets that cannot be imported, unknown and missing arguments, and arguments of the wrong type.

    With `_recursive_: false` the nodes inside a node are called by its target, which may pass further arguments.
    """
    passed_on: list[Keys] = []
    for path, node in nodes(config, key_path):
        if not isinstance(node, dict):
            continue
        is_passed_on = any(path[: len(owner)] == owner for owner in passed_on)
        if "_target_" in node:
            yield from _call_problems(node | {"_partial_": True} if is_passed_on else node, signatures, path)
        if node.get("_recursive_") is False:
            passed_on.append(path)


def _call_problems(config: dict[str, Any], signatures: Signatures, key_path: Keys) -> Iterator[Problem]:
    target = config["_target_"]
    if not isinstance(target, str):
        yield Problem((*key_path, "_target_"), f"must be a dotted name, got {target!r}")
        return
    try:
        signature = signatures.find(target)
    except TargetNotFound as error:
        yield Problem((*key_path, "_target_"), error.problem, error.hint)
        return
    except SyntaxError as error:
        yield Problem((*key_path, "_target_"), f"{error.filename}:{error.lineno}: {error.msg}")
        return
    yield from _argument_problems(config, signature, target, key_path, _supplied(config, signatures, key_path))


def _supplied(config: dict[str, Any], signatures: Signatures, key_path: Keys) -> frozenset[str]:
    """Return the arguments that the training code passes to the target at a path."""
    if key_path == ("model",) and training_function({"model": config}, signatures.definitions):
        return SUPPLIED
    return SUPPLIED_ARGUMENTS.get(str(key_path[-1]) if len(key_path) == 1 else "", frozenset())


def _argument_problems(
    config: dict[str, Any], signature: Signature, target: str, key_path: Keys, supplied: frozenset[str]
) -> Iterator[Problem]:
    not_passed = _HYDRA_KEYS | _NOT_PASSED.get(key_path, frozenset())
    arguments = {key: value for key, value in config.items() if key not in not_passed}
    for key, value in arguments.items():
        if key not in signature.parameters:
            if not signature.is_open:
                hint = did_you_mean(str(key), signature.parameters)
                yield Problem((*key_path, key), f"{target} takes no '{key}'", hint)
            continue
        annotation = signature.parameters[key]
        if annotation is not None and value != MISSING and not accepts(annotation, value):
            yield Problem((*key_path, key), f"{target} takes {ast.unparse(annotation)}, got {value!r}")
    if not config.get("_partial_") and not config.get("_args_"):
        for key in sorted(signature.required - arguments.keys() - supplied):
            yield Problem(key_path, f"{target} needs '{key}'", did_you_mean(key, supplied) if supplied else "")
