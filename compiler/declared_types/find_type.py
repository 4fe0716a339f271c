"""Find the deliverable type that a spec names. A type of a lab is read from its source and never imported."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args

from compiler.base.diagnostics import did_you_mean
from compiler.declared_types.source_checks import source_checks
from compiler.declared_types.source_models import SourceModels
from compiler.declared_types.source_names import External, InSource
from compiler.deliverables.deliverable import DeliverableType
from compiler.deliverables.registry import UnknownDeliverableType, deliverable_type
from compiler.python_source.bindings import bound_names
from compiler.python_source.modules import Modules

_ARGUMENTS = ("name", "schema", "checks", "scope")  # of DeliverableType, in order
_SCOPES = get_args(Literal["run", "experiment"])


class DeclaredTypes:
    """Finds deliverable types by the names in specs: shipped types, entry points of packages, and `module:NAME`."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._models = SourceModels(modules)
        self.find = cache(self._find)

    def _find(self, name: str) -> DeliverableType:
        """Return the type called `name`. The checks of a type of a lab are given as text.

        Raises:
            UnknownDeliverableType: There is no such type, or its source does not define one.
        """
        if ":" not in name:
            return deliverable_type(name)
        module_name, _, attribute = name.partition(":")
        try:
            return self._in_source(module_name, attribute, name)
        except SyntaxError as error:
            problem = f"type '{name}' cannot be imported: {error.filename}:{error.lineno}: {error.msg}"
            raise UnknownDeliverableType(problem) from error

    def _in_source(self, module_name: str, attribute: str, name: str) -> DeliverableType:
        module = self._modules.find(module_name) if module_name else None
        if module is None:
            raise UnknownDeliverableType(f"type '{name}' cannot be imported: No module named '{module_name}'")
        is_shipped = module_name.startswith("compiler.")
        names = self._models.names
        meaning = External(f"{module_name}.{attribute}") if is_shipped else names.of_name(module, attribute)
        shipped = self._models.engine_object(meaning) if isinstance(meaning, External) else None
        if isinstance(shipped, DeliverableType):
            return shipped
        if meaning is None:
            problem = f"type '{name}' cannot be imported: '{module_name}' has no '{attribute}'"
            raise UnknownDeliverableType(problem, did_you_mean(attribute, bound_names(module)))
        kind = self._of_call(meaning) if isinstance(meaning, InSource) else None
        if kind is None:
            hint = f"write {attribute} = DeliverableType(…) at the top level of the module"
            raise UnknownDeliverableType(f"unknown type '{name}'", hint)
        return kind

    def _of_call(self, meaning: InSource) -> DeliverableType | None:
        """Return the type that a call of DeliverableType makes, or None for anything else."""
        call, module = meaning.node, meaning.module
        if not isinstance(call, ast.Call):
            return None
        function = self._models.names.meaning(module, call.func)
        if not isinstance(function, External) or self._models.engine_object(function) is not DeliverableType:
            return None
        arguments = _arguments(call)
        schema = self._models.names.meaning(module, arguments["schema"]) if "schema" in arguments else None
        model = self._model(schema)
        if model is None:
            return None
        values = {key: self._models.fields.value(module, node) for key, node in arguments.items()}
        name, scope = values.get("name"), values.get("scope", "run")
        checks = source_checks(self._models, module, arguments.get("checks"))
        title = name if isinstance(name, str) else ""
        return DeliverableType(title, model, checks, scope if scope in _SCOPES else "run")

    def _model(self, schema: Any) -> Any:
        if isinstance(schema, InSource):
            return self._models.deliverable(schema)
        return self._models.engine_object(schema) if isinstance(schema, External) else None


def _arguments(call: ast.Call) -> Mapping[str, ast.expr]:
    return {
        **dict(zip(_ARGUMENTS, call.args, strict=False)),
        **{word.arg: word.value for word in call.keywords if word.arg},
    }
