"""Read the signature of a `_target_` from its source. Nothing is imported, so the compiler does not load torch."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from compiler.base.diagnostics import did_you_mean
from compiler.python_source.bindings import bound_names
from compiler.python_source.definitions import DYNAMIC_NAMES, MAX_DEPTH, Definition, Definitions
from compiler.python_source.modules import Module, Modules


class TargetNotFound(Exception):
    """No class or function can be imported under the name of the target."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem, self.hint = problem, hint


@dataclass(frozen=True)
class Signature:
    """Parameters by name, with their annotations. `is_open` is true if `**kwargs` accepts other arguments."""

    parameters: Mapping[str, ast.expr | None] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    is_open: bool = True


# The signature of compiled code, instances and decorated functions. It accepts all arguments, because their source does
# not show which arguments are valid.
UNKNOWN = Signature()


class Signatures:
    """Finds signatures by dotted name."""

    def __init__(self, modules: Modules) -> None:
        self.modules = modules
        self.definitions = Definitions(modules)
        self.find = cache(self._find)

    def _find(self, target: str) -> Signature:
        """Return the signature of `package.module.Name`.

        Raises:
            TargetNotFound: The module does not exist, or it has no such name.
            SyntaxError: The module is not valid Python.
        """
        module_name, _, name = target.rpartition(".")
        module = self.modules.find(module_name) if module_name else None
        if module is None:
            if module_name and (self.modules.is_compiled(module_name) or self.definitions.may_be_class(module_name)):
                return UNKNOWN
            raise TargetNotFound(f"there is no module '{module_name or target}'")
        definition = self.definitions.in_module(module, name)
        if definition is not None:
            return self._signature(definition, MAX_DEPTH)
        names = bound_names(module)
        if name in names:
            return UNKNOWN
        if self.modules.find(target):
            raise TargetNotFound(f"'{target}' is a module, not a class or a function")
        looks_mistyped = "_LazyModule" not in names and difflib.get_close_matches(name, names, n=1, cutoff=0.85)
        if names & DYNAMIC_NAMES and not looks_mistyped:
            return UNKNOWN
        raise TargetNotFound(f"'{module_name}' has no '{name}'", did_you_mean(name, names))

    def _signature(self, definition: Definition, depth: int) -> Signature:
        if not isinstance(definition.node, ast.ClassDef):
            return UNKNOWN if definition.node.decorator_list else _arguments(definition.node, skip=0)
        if definition.node.decorator_list:
            return UNKNOWN  # the decorator may write __init__, as @dataclass does
        for node in definition.node.body:
            if isinstance(node, ast.FunctionDef) and node.name in ("__init__", "__new__"):
                return _arguments(node, skip=1)
        return self._inherited(definition.module, definition.node, depth)

    def _inherited(self, module: Module, node: ast.ClassDef, depth: int) -> Signature:
        for base in node.bases:
            definition = self.definitions.base(module, base, depth)
            if definition is None:
                return UNKNOWN
            signature = self._signature(definition, depth - 1) if depth else UNKNOWN
            if signature is not UNKNOWN:
                return signature
        return UNKNOWN


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef, skip: int) -> Signature:
    """Return the signature of a function without its first `skip` parameters."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args][skip:]
    required = positional[: len(positional) - len(arguments.defaults)]
    keyword_defaults = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    required += [parameter for parameter, default in keyword_defaults if default is None]
    parameters = {parameter.arg: parameter.annotation for parameter in [*positional, *arguments.kwonlyargs]}
    return Signature(parameters, frozenset(parameter.arg for parameter in required), arguments.kwarg is not None)
