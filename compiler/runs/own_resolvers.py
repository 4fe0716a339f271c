"""Register the resolvers of a lab, such as `${half:${model.lr}}`, which `conf/resolvers.yaml` maps to functions."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from omegaconf import OmegaConf

from compiler.base.diagnostics import CompileError, Diagnostic
from compiler.base.paths import Lab
from compiler.base.trust import require_trust
from compiler.composing.interpolation import RESOLVERS
from compiler.parsing.located_yaml import Source, read_source
from compiler.parsing.strict_yaml import children, position
from compiler.python_source.import_path import importable

_FUNCTION = re.compile(r"([A-Za-z_][\w.]*):([A-Za-z_]\w*)")
_FILE = f"conf/{RESOLVERS}"
_registered: set[str] = set()  # OmegaConf has one registry for the process, and a process may compile several labs


def register_resolvers(lab: Lab) -> frozenset[str]:
    """Register the resolvers of a lab instead of those of another one, and return the modules of their functions.

    A module is imported when a config uses its resolver, and only if the lab is trusted.

    Raises:
        CompileError: The file is not a mapping of names to functions.
    """
    while _registered:
        OmegaConf.clear_resolver(_registered.pop())
    file = lab.conf / RESOLVERS
    if not file.is_file():
        return frozenset()
    source = read_source(file, _FILE)
    if problems := list(_problems(source)):
        raise CompileError(problems)
    functions = {str(name): str(node.value) for name, _, node in children(source.root)}
    for name, function in functions.items():
        OmegaConf.register_new_resolver(name, _call(lab, function))
        _registered.add(name)
    return frozenset(function.partition(":")[0] for function in functions.values())


def _problems(source: Source) -> Iterator[Diagnostic]:
    for name, mark, node in children(source.root):
        location = (_FILE, *position(mark), str(name))
        if not isinstance(node, yaml.ScalarNode) or not _FUNCTION.fullmatch(node.value):
            yield Diagnostic(*location, "must be a function", f"write {name}: module:function")
        elif OmegaConf.has_resolver(str(name)):
            yield Diagnostic(*location, "is a resolver of OmegaConf itself", "choose another name")


def _call(lab: Lab, function: str) -> Callable[..., Any]:
    module, name = function.split(":")

    def call(*arguments: Any) -> Any:
        require_trust(lab)
        with importable(lab.root):
            return getattr(importlib.import_module(module), name)(*arguments)

    return call
