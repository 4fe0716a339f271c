"""Finds the function that a spec names: shipped, from an entry point, or as `module:attr`."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any, cast

from compiler.base.diagnostics import InputError
from compiler.spec.agent_entry_points import AGENT_FIELDS


class UnknownName(InputError):
    """Nothing of that name is shipped or installed, or what was found cannot be called."""


def load_function(field: str, name: str) -> Callable[..., Any]:
    """The function behind a name in a spec's `analysis_pipeline` or `reports`.

    Raises:
        UnknownName: there is none, or it cannot be imported.
    """
    writing = AGENT_FIELDS[field]
    target = writing.target(name)
    if target is None:
        known = ", ".join(writing.known)
        raise UnknownName(f"{field}: '{name}' is not installed: known are {known}, and your own as module:function")
    try:
        found = resolve_name(target)
    except Exception as error:  # the module is a user's: importing it may raise anything
        reason = " ".join(str(error).split()) or type(error).__name__
        raise UnknownName(f"{field}: '{name}' cannot be imported: {reason}") from error
    if not callable(found):
        raise UnknownName(f"{field}: '{name}' is no function, but {type(found).__name__}")
    return cast(Callable[..., Any], found)
