"""Load an analyst or a writer by its name in a spec: a shipped name, an installed entry point or `module:function`."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, cast

from compiler.base.diagnostics import InputError
from compiler.spec.agent_entry_points import AGENT_FIELDS


class UnknownName(InputError):
    """The name of an analyst or writer is not installed, cannot be imported, or is not the name of a function."""


def load_function(field: str, name: str) -> Callable[..., Any]:
    """Return the function for a name in a spec's `analysis_pipeline` or `reports`.

    Raises:
        UnknownName: there is no such function, or it cannot be imported.
    """
    agent_field = AGENT_FIELDS[field]
    target = agent_field.target(name)
    if target is None:
        names = ", ".join(agent_field.installed_names)
        raise UnknownName(f"{field}: '{name}' is not installed (use one of {names}, or your own as module:function)")
    try:
        function = resolve_name(target)
    except Exception as error:  # a user's module may raise anything when it is imported
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownName(f"{field}: '{name}' cannot be imported: {reason}") from error
    if not callable(function):
        raise UnknownName(f"{field}: '{name}' must be a function, got {type(function).__name__}")
    return cast(Callable[..., Any], function)
