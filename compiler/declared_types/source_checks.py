"""Read which validations a deliverable type in the source of a lab has, and the module of each check."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from compiler.declared_types.source_models import SourceModels
from compiler.declared_types.source_names import External, InSource
from compiler.python_source.modules import Module


class AnyValidation(Mapping[str, str]):
    """The checks of a type that builds them when it is imported. The build reports a validation that does not exist."""

    def __init__(self, module: Module) -> None:
        self._check = f"{module.name}:"

    def __getitem__(self, key: str) -> str:
        return self._check

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def source_checks(models: SourceModels, module: Module, node: ast.expr | None) -> Mapping[str, str]:
    """Return `module:function` for each validation in the mapping that a type is made with."""
    meaning = models.names.meaning(module, node) if node is not None else None
    if not isinstance(meaning, InSource) or not isinstance(meaning.node, ast.Dict):
        return AnyValidation(module)
    keys = [key.value if isinstance(key, ast.Constant) else None for key in meaning.node.keys]
    if not all(isinstance(key, str) for key in keys):
        return AnyValidation(module)
    values = meaning.node.values
    return {str(key): _check(models, meaning.module, value) for key, value in zip(keys, values, strict=True)}


def _check(models: SourceModels, module: Module, node: ast.expr) -> str:
    """Return the module and name of a check, as the text `module:function` of a slow check has them."""
    match models.names.meaning(module, node):
        case InSource(_, ast.Constant(value=str(text))):
            return text
        case InSource(other, ast.FunctionDef() | ast.ClassDef() as definition):
            return f"{other.name}:{definition.name}"
        case External() as external if (check := models.engine_object(external)) is not None:
            return f"{check.__module__}:{check.__name__}"
    return f"{module.name}:{ast.unparse(node)}"
