"""Build the pydantic model of a class in the source of a lab: its fields, without its validators."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel, create_model

from compiler.declared_types.field_types import UNREADABLE, FieldTypes
from compiler.declared_types.required_metrics import metrics_method
from compiler.declared_types.source_names import External, InSource, SourceNames
from compiler.deliverables.deliverable import Deliverable
from compiler.python_source.modules import Module, Modules

_MAX_BASES = 12


class SourceModels:
    """Builds models of classes. A model accepts what the class accepts, and more where only running code decides."""

    def __init__(self, modules: Modules) -> None:
        self.names = SourceNames(modules)
        self.fields = FieldTypes(self.names, self._nested)

    def deliverable(self, definition: InSource) -> type[Deliverable] | None:
        """Return the model of a class, or None if it is not derived from Deliverable."""
        model = self._model(definition, _MAX_BASES)
        return model if model is not None and issubclass(model, Deliverable) else None

    def engine_object(self, meaning: External) -> Any:
        """Return the object of the compiler with this name, or None. Nothing else is ever imported."""
        module, _, name = meaning.name.rpartition(".")
        if not module.startswith("compiler."):
            return None
        try:
            return getattr(import_module(module), name, None)
        except ImportError:
            return None

    def _nested(self, definition: InSource) -> type[BaseModel] | None:
        return self._model(definition, _MAX_BASES)

    def _model(self, definition: InSource, depth: int) -> type[BaseModel] | None:
        node, module = definition.node, definition.module
        if not isinstance(node, ast.ClassDef) or depth == 0:
            return None
        bases = [self._base(module, base, depth) for base in node.bases]
        readable = [base for base in bases if base is not None]
        if not readable:
            return None
        is_rewritten = any(map(_runs_before_validation, node.body))  # it may set fields that the spec lacks
        fields = dict(self._fields(module, node))
        if is_rewritten:
            fields = _optional(_required_fields(readable) | fields)
        definitions: dict[str, Any] = fields
        model = create_model(node.name, __base__=tuple(dict.fromkeys(readable)), __module__=module.name, **definitions)
        if len(readable) < len(bases) or is_rewritten:  # a base that is not read may have fields of its own
            model.model_config["extra"] = "allow"
            model.model_rebuild(force=True)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "metrics":
                setattr(model, "metrics", metrics_method(statement))  # noqa: B010  (mypy knows no such attribute)
        return model

    def _base(self, module: Module, node: ast.expr, depth: int) -> type[BaseModel] | None:
        match self.names.meaning(module, node):
            case External("pydantic.BaseModel" | "pydantic.main.BaseModel"):
                return BaseModel
            case External() as external:
                base = self.engine_object(external)
                return base if isinstance(base, type) and issubclass(base, BaseModel) else None
            case InSource() as definition:
                return self._model(definition, depth - 1)
        return None

    def _fields(self, module: Module, node: ast.ClassDef) -> Iterator[tuple[str, tuple[Any, Any]]]:
        for statement in node.body:
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            name, text = statement.target.id, ast.unparse(statement.annotation)
            if name.startswith("_") or "ClassVar" in text or name == "model_config":
                continue
            annotation = self.fields.type_of(module, statement.annotation)
            limits = self.fields.constraints(module, statement.value)
            default = self.fields.default(module, statement.value)
            limited = annotation if limits is None else Annotated[annotation, limits]
            yield name, (limited, None if default is UNREADABLE else default)


def _required_fields(models: Iterable[type[BaseModel]]) -> dict[str, tuple[Any, Any]]:
    fields = {name: field for model in models for name, field in model.model_fields.items()}
    return {name: (field.annotation, ...) for name, field in fields.items() if field.is_required() and name != "type"}


def _optional(fields: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    return {name: (annotation, None if default is ... else default) for name, (annotation, default) in fields.items()}


def _runs_before_validation(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef):
        return False
    decorators = " ".join(map(ast.unparse, node.decorator_list))
    return node.name in ("__init__", "__new__") or ("model_validator" in decorators and "after" not in decorators)
