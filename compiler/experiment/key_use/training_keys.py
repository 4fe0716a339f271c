"""Find the top-level keys that the training of a config reads itself: its objects, its function, or its command."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.experiment.key_use.read_paths import KNOWN_KEYS
from compiler.python_source.modules import Modules
from compiler.python_source.signatures import Signatures
from compiler.python_source.training_kind import COMMAND_KEY, is_read_by_function, training_kind
from compiler.spec.command_config import HISTORY_KEY, METRICS_KEY

# Keys from which the training core builds objects for Lightning. Functions and commands get none of them.
_OF_LIGHTNING = frozenset({"data", "trainer", "callbacks", "logger", "compile", "test_weights"})
_OF_COMMANDS = frozenset({COMMAND_KEY, METRICS_KEY, HISTORY_KEY})


def keys_read_by_training(config: Mapping[str, Any], signatures: Signatures) -> frozenset[str]:
    """Return the top-level keys that are read. A function that gets the config reads the keys that its code names."""
    kind = training_kind(config, signatures.definitions)
    if kind == "lightning":
        return KNOWN_KEYS
    if kind == "command":
        return (KNOWN_KEYS - _OF_LIGHTNING - {"model"}) | _OF_COMMANDS
    keys = KNOWN_KEYS - _OF_LIGHTNING
    if not is_read_by_function(config, signatures):
        return keys
    module = str(config["model"]["_target_"]).rpartition(".")[0]
    return keys | (set(map(str, config)) & set(_names_in_code(module, signatures.modules)))


def _names_in_code(module: str, modules: Modules) -> Iterator[str]:
    """Yield every attribute and every text in the code of a module and of the project's modules that it imports."""
    for executed in modules.closure([module]).values():
        for node in ast.walk(executed.tree):
            if isinstance(node, ast.Attribute):
                yield node.attr
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from node.value.split(".")
