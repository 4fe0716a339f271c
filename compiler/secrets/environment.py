"""Let `${oc.env:…}` read only the environment variables that a lab declares."""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from contextlib import contextmanager
from typing import Any

from omegaconf import OmegaConf
from omegaconf.resolvers import oc

from compiler.base.redaction import looks_like_key
from compiler.secrets.declared_variables import FILE, is_secret_name

_RESOLVER = "oc.env"
_NO_DEFAULT = object()


class VariableNotAllowed(Exception):
    """A config reads an environment variable that the lab does not declare, or whose value is a key."""


@contextmanager
def restricted_environment(allowed: Set[str]) -> Iterator[None]:
    """Inside the block, let `${oc.env:…}` read only these variables. The resolver belongs to the whole process."""
    _restrictions.append(allowed)
    try:
        restrict_environment(allowed)
        yield
    finally:
        _restrictions.pop()
        if _restrictions:
            restrict_environment(_restrictions[-1])
        else:
            OmegaConf.register_new_resolver(_RESOLVER, oc.env, replace=True)


def restrict_environment(allowed: Set[str]) -> None:
    """Let `${oc.env:…}` read only these variables, until this process ends."""
    OmegaConf.register_new_resolver(_RESOLVER, _resolver(allowed), replace=True)


_restrictions: list[Set[str]] = []  # those of the blocks that are being executed, the innermost last


def _resolver(allowed: Set[str]) -> Any:
    def read(name: str, default: Any = _NO_DEFAULT) -> Any:
        if name not in allowed:
            raise VariableNotAllowed(_problem(name))
        if looks_like_key(os.environ.get(name, "")):
            raise VariableNotAllowed(f"the value of {name} looks like a key, and would be written into the results")
        return oc.env(name) if default is _NO_DEFAULT else oc.env(name, default)

    return read


def _problem(name: str) -> str:
    if is_secret_name(name):
        return (
            f"{name} would write a secret from the environment into the results (remove it: clients read it themselves)"
        )
    reason = f"{name} is not in {FILE}, and the values that configs read are written into the results"
    return f"{reason} (if it is no secret, add it to `variables:` in that file)"
