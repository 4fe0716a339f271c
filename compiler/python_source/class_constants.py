"""Read the constant that the body of a class assigns to a name, from source alone."""

from __future__ import annotations

import ast

from compiler.python_source.definitions import Definitions


def class_constant(target: str, name: str, definitions: Definitions) -> object:
    """Return the constant that a class assigns to a name in its own body, None if it assigns none.

    Base classes are not searched, because the class can replace what the constant of a base class is about.

    Raises:
        SyntaxError: The module of the class is not valid Python.
    """
    definition = definitions.find(target)
    if definition is None or not isinstance(definition.node, ast.ClassDef):
        return None
    assigned: object = None
    for statement in definition.node.body:
        if isinstance(statement, ast.Assign):
            names = statement.targets
        elif isinstance(statement, ast.AnnAssign):
            names = [statement.target]
        else:
            continue
        if any(isinstance(target_name, ast.Name) and target_name.id == name for target_name in names):
            assigned = statement.value.value if isinstance(statement.value, ast.Constant) else None
    return assigned
